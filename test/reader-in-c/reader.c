// SPDX-License-Identifier: Apache-2.0
/*
 * A reader of Baton dumps that was written from docs/wire.md alone, and from nothing else of this project. It knows the frame of a dump, the
 * manifest, which is a schema that every reader knows, one table of structs, and of all other records what their forms say.
 *
 *	reader dump FILE	prints the modules and the records of a dump
 *	reader body FILE	prints a body by ids and forms
 *	reader rows FILE	prints a body whose @1 is a table of `struct mapping` as this reader has it
 *	reader batch FILE	judges many: u32 kind (0 dump, 1 body), u32 bytes, the bytes, padding to 8
 *
 * It runs on little-endian machines, and reads where the bytes lie.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum form { WORD, LONG, BLOB, TABLE, LIST, STATE, UNION };
enum member_flag { UNDERSTOOD = 1, NEGATIVE = 2 };
enum record_flag { RECORD_UNDERSTOOD = 1, RECORD_MANIFEST = 2, RECORD_SCHEMA = 4, RECORD_END = 8 };

static const char magic[8] = { (char)0x89, 'B', 'A', 'T', 'O', 'N', '\r', '\n' };

struct dump_header {
	char magic[8];
	uint16_t major, minor;
	uint32_t bytes;
	uint32_t flags;
	uint8_t zero[40];
	uint32_t crc;
};

struct record_header {
	uint32_t state, instance;
	uint16_t version, backport;
	uint32_t flags;
	uint64_t bytes;
	uint32_t body_crc, crc;
};

struct member_header {
	uint16_t id;
	uint8_t form, flags;
	uint32_t arg;
};

struct end_body {
	uint64_t records, bytes;
	uint32_t crc, zero;
};

_Static_assert(sizeof(struct dump_header) == 64, "the header of a dump");
_Static_assert(sizeof(struct record_header) == 32, "the header of a record");
_Static_assert(sizeof(struct member_header) == 8, "the header of a member");
_Static_assert(sizeof(struct end_body) == 24, "the body of the end record");

/* What is being read, and what was wrong with it first. */
struct reading {
	const uint8_t *bytes;
	uint64_t length;
	const char *why;
	uint64_t where;
	bool quiet;
	/* How deep the bodies around are. */
	int depth;
};

static bool refuse(struct reading *r, const void *at, const char *why)
{
	if (!r->why) {
		r->why = why;
		r->where = (uint64_t)((const uint8_t *)at - r->bytes);
	}
	return false;
}

static uint64_t padded(uint64_t bytes)
{
	return (bytes + 7) & ~(uint64_t)7;
}

static bool all_zero(const uint8_t *bytes, uint64_t count)
{
	while (count--)
		if (*bytes++)
			return false;
	return true;
}

static uint32_t crc32_of(uint32_t crc, const void *data, uint64_t count)
{
	const uint8_t *bytes = data;

	crc = ~crc;
	while (count--) {
		crc ^= *bytes++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
	}
	return ~crc;
}

static void print_bytes(const uint8_t *bytes, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		printf("%02x", bytes[i]);
}

/* A member with its payload where it lies. */
struct member {
	struct member_header head;
	const uint8_t *payload;
	/* Of a word or a long. */
	int64_t value;
};

/* The next member of a body, judged by what its form says; false at the end of the body or if it is refused. */
static bool next_member(struct reading *r, const uint8_t **at, const uint8_t *end, uint16_t *last, struct member *m)
{
	const uint8_t *head = *at;
	uint64_t length, left = (uint64_t)(end - head);

	if (left == 0)
		return false;
	if (left < 8)
		return refuse(r, head, "a body is whole words");
	memcpy(&m->head, head, 8);
	m->payload = head + 8;
	if (m->head.id == 0 || m->head.id <= *last)
		return refuse(r, head, "ids ascend from 1");
	if (m->head.form > UNION)
		return refuse(r, head, "unknown form");
	if (m->head.flags & ~(UNDERSTOOD | NEGATIVE))
		return refuse(r, head, "unknown flag");
	if (m->head.form > LONG && m->head.flags & NEGATIVE)
		return refuse(r, head, "negative is for numbers");
	length = m->head.form == WORD ? 0 : m->head.arg;
	if (padded(length) > left - 8)
		return refuse(r, head, "payload crosses the end of the body");
	switch (m->head.form) {
	case WORD:
		m->value = m->head.flags & NEGATIVE ? (int64_t)(int32_t)m->head.arg : (int64_t)m->head.arg;
		if (m->head.flags & NEGATIVE && m->value >= 0)
			return refuse(r, head, "negative without its sign bit");
		break;
	case LONG:
		if (length != 8)
			return refuse(r, head, "a long has 8 bytes");
		memcpy(&m->value, m->payload, 8);
		if (m->head.flags & NEGATIVE ? m->value >= INT32_MIN : (uint64_t)m->value <= UINT32_MAX)
			return refuse(r, head, m->head.flags & NEGATIVE && m->value >= 0 ? "negative without its sign bit" :
											   "a long that fits a word");
		break;
	default:
		break;
	}
	if (!all_zero(m->payload + length, padded(length) - length))
		return refuse(r, m->payload + length, "padding is zero");
	*last = m->head.id;
	*at = m->payload + padded(length);
	return true;
}

struct table {
	uint32_t count;
	uint16_t stride, required;
	const uint8_t *rows;
};

/* What the form of a table says: its counts go together. */
static bool read_table(struct reading *r, const struct member *m, struct table *t)
{
	if (m->head.arg < 8)
		return refuse(r, m->payload - 8, "a table begins with its counts");
	memcpy(&t->count, m->payload, 4);
	memcpy(&t->stride, m->payload + 4, 2);
	memcpy(&t->required, m->payload + 6, 2);
	t->rows = m->payload + 8;
	if (8 + (uint64_t)t->count * t->stride != m->head.arg)
		return refuse(r, m->payload, "count times stride is not the payload");
	if (t->count ? t->stride == 0 : t->stride || t->required)
		return refuse(r, m->payload, "rows have bytes, and without rows there is no stride");
	return true;
}

struct element {
	const uint8_t *payload;
	uint32_t bytes;
};

/* The next element of a list. */
static bool next_element(struct reading *r, const uint8_t **at, const uint8_t *end, struct element *e)
{
	uint32_t reserved;

	if (end - *at < 8)
		return refuse(r, *at, "fewer elements than counted");
	memcpy(&e->bytes, *at, 4);
	memcpy(&reserved, *at + 4, 4);
	e->payload = *at + 8;
	if (reserved)
		return refuse(r, *at + 4, "reserved word is zero");
	if (padded(e->bytes) > (uint64_t)(end - e->payload))
		return refuse(r, *at, "element crosses the end of its list");
	if (!all_zero(e->payload + e->bytes, padded(e->bytes) - e->bytes))
		return refuse(r, e->payload + e->bytes, "padding is zero");
	*at = e->payload + padded(e->bytes);
	return true;
}

/* The count of a list, and where its elements begin. */
static bool read_list(struct reading *r, const struct member *m, uint32_t *count, const uint8_t **at)
{
	uint32_t reserved;

	if (m->head.arg < 8)
		return refuse(r, m->payload - 8, "a list begins with its count");
	memcpy(count, m->payload, 4);
	memcpy(&reserved, m->payload + 4, 4);
	*at = m->payload + 8;
	if (reserved)
		return refuse(r, m->payload + 4, "reserved word is zero");
	if (m->head.arg % 8 || (uint64_t)*count * 8 > m->head.arg - 8)
		return refuse(r, m->payload, "fewer elements than counted");
	return true;
}

/* What can be said of a member that is not known and not looked into. */
static bool check_form(struct reading *r, const struct member *m)
{
	const uint8_t *at;
	struct table t;
	uint32_t count;

	switch (m->head.form) {
	case TABLE:
		return read_table(r, m, &t);
	case LIST:
		return read_list(r, m, &count, &at);
	case STATE:
	case UNION:
		return m->head.arg % 8 == 0 || refuse(r, m->payload - 8, "a body is whole words");
	default:
		return true;
	}
}

static bool print_body(struct reading *r, const uint8_t *at, uint64_t bytes, int indent);

static bool print_member(struct reading *r, const struct member *m, int indent)
{
	static const char *const names[] = { "word", "long", "blob", "table", "list", "state", "union" };
	const uint8_t *at, *end = m->payload + m->head.arg;
	struct element e;
	struct table t;
	uint32_t count;

	if (!r->quiet)
		printf("%*s@%u %s%s ", indent, "", m->head.id, names[m->head.form],
		       m->head.flags & UNDERSTOOD ? "" : " ignorable");
	switch (m->head.form) {
	case WORD:
	case LONG:
		if (!r->quiet && m->head.flags & NEGATIVE)
			printf("%" PRId64 "\n", m->value);
		else if (!r->quiet)
			printf("%" PRIu64 "\n", (uint64_t)m->value);
		return true;
	case BLOB:
		if (!r->quiet) {
			print_bytes(m->payload, m->head.arg);
			printf("\n");
		}
		return true;
	case TABLE:
		if (!read_table(r, m, &t))
			return false;
		if (r->quiet)
			return true;
		printf("%u rows, stride %u, required %u\n", t.count, t.stride, t.required);
		for (uint32_t i = 0; i < t.count; i++) {
			printf("%*s[%u] ", indent + 2, "", i);
			print_bytes(t.rows + (uint64_t)i * t.stride, t.stride);
			printf("\n");
		}
		return true;
	case LIST:
		if (!read_list(r, m, &count, &at))
			return false;
		if (!r->quiet)
			printf("%u elements\n", count);
		for (uint32_t i = 0; i < count; i++) {
			if (!next_element(r, &at, end, &e))
				return false;
			if (r->quiet)
				continue;
			printf("%*s[%u] ", indent + 2, "", i);
			print_bytes(e.payload, e.bytes);
			printf("\n");
		}
		return at == end || refuse(r, at, "more than the elements that were counted");
	default:
		if (!r->quiet)
			printf("%u bytes\n", m->head.arg);
		return print_body(r, m->payload, m->head.arg, indent + 2);
	}
}

/* The members of a body, none of which is known. */
static bool print_body(struct reading *r, const uint8_t *at, uint64_t bytes, int indent)
{
	const uint8_t *end = at + bytes;
	uint16_t last = 0;
	struct member m;

	if (bytes % 8)
		return refuse(r, at, "a body is whole words");
	if (++r->depth > 64)
		return refuse(r, at, "bodies nest deeper than 64");
	while (next_member(r, &at, end, &last, &m))
		if (!print_member(r, &m, indent))
			return false;
	r->depth--;
	return !r->why;
}

/* A module of the manifest. */
struct module {
	const uint8_t *name;
	uint32_t name_bytes;
	uint32_t version;
	const uint8_t *fingerprint;
	bool draft;
	uint32_t writes;
};

static bool is_utf8(const uint8_t *bytes, uint32_t count)
{
	for (uint32_t i = 0, more, point; i < count; i++) {
		uint8_t lead = bytes[i];

		more = lead < 0x80 ? 0 : lead >> 5 == 6 ? 1 : lead >> 4 == 14 ? 2 : lead >> 3 == 30 ? 3 : 4;
		if (more == 4 || more > count - i - 1)
			return false;
		point = more ? lead & (0x3f >> more) : lead;
		for (uint32_t j = 0; j < more; j++) {
			if (bytes[++i] >> 6 != 2)
				return false;
			point = point << 6 | (bytes[i] & 0x3f);
		}
		if (point < (uint32_t[]){ 0, 0x80, 0x800, 0x10000 }[more] || point > 0x10ffff || point >> 11 == 27)
			return false;
	}
	return true;
}

/* Members of the manifest's states that this reader does not know are refused if they must be understood. */
static bool unknown_member(struct reading *r, const struct member *m)
{
	return m->head.flags & UNDERSTOOD ? refuse(r, m->payload - 8, "unknown member that must be understood") :
					    check_form(r, m);
}

static bool want(struct reading *r, const struct member *m, enum form form, bool fits, const char *why)
{
	return (m->head.form == form && fits) || refuse(r, m->payload - 8, why);
}

static bool is_bound(struct reading *r, const struct member *m, uint32_t bytes, const char *why)
{
	return want(r, m, BLOB, m->head.arg == bytes, why);
}

static bool is_u32(struct reading *r, const struct member *m)
{
	return want(r, m, WORD, !(m->head.flags & NEGATIVE), "a version is a u32");
}

static bool read_writes(struct reading *r, const struct member *list, const struct module *module, uint32_t *count)
{
	const uint8_t *at, *end = list->payload + list->head.arg;
	uint32_t before = 0;
	bool own = false;

	if (!want(r, list, LIST, true, "writes is a list") || !read_list(r, list, count, &at))
		return false;
	for (uint32_t i = 0; i < *count; i++) {
		const uint8_t *fingerprint = NULL, *inner;
		uint32_t version = 0;
		uint16_t last = 0;
		struct element e;
		struct member m;
		bool has_version = false;

		if (!next_element(r, &at, end, &e))
			return false;
		inner = e.payload;
		while (next_member(r, &inner, e.payload + e.bytes, &last, &m)) {
			if (m.head.id == 1) {
				if (!is_u32(r, &m))
					return false;
				version = m.head.arg;
				has_version = true;
			} else if (m.head.id == 2) {
				if (!is_bound(r, &m, 32, "a fingerprint has 32 bytes"))
					return false;
				fingerprint = m.payload;
			} else if (!unknown_member(r, &m)) {
				return false;
			}
		}
		if (r->why)
			return false;
		if (!has_version || !fingerprint)
			return refuse(r, e.payload, "required member is absent");
		if (i > 0 && version <= before)
			return refuse(r, e.payload, "versions ascend");
		before = version;
		own |= version == module->version && !memcmp(fingerprint, module->fingerprint, 32);
	}
	if (at != end)
		return refuse(r, at, "more than the elements that were counted");
	return own || refuse(r, list->payload, "its own version is not among those it writes");
}

static bool read_module(struct reading *r, const struct element *e, struct module *module)
{
	const uint8_t *at = e->payload;
	bool has_version = false, has_writes = false;
	uint16_t last = 0;
	struct member m;

	memset(module, 0, sizeof(*module));
	while (next_member(r, &at, e->payload + e->bytes, &last, &m)) {
		switch (m.head.id) {
		case 1:
			if (!want(r, &m, BLOB, is_utf8(m.payload, m.head.arg), "a name is UTF-8"))
				return false;
			module->name = m.payload;
			module->name_bytes = m.head.arg;
			break;
		case 2:
			if (!is_u32(r, &m))
				return false;
			module->version = m.head.arg;
			has_version = true;
			break;
		case 3:
			if (!is_bound(r, &m, 32, "a fingerprint has 32 bytes"))
				return false;
			module->fingerprint = m.payload;
			break;
		case 4:
			if (!want(r, &m, WORD, m.value == 0 || m.value == 1, "draft is 0 or 1"))
				return false;
			module->draft = m.value;
			break;
		case 5:
			if (!has_version || !module->fingerprint)
				return refuse(r, e->payload, "required member is absent");
			if (!read_writes(r, &m, module, &module->writes))
				return false;
			has_writes = true;
			break;
		default:
			if (!unknown_member(r, &m))
				return false;
		}
	}
	if (r->why)
		return false;
	return (module->name && has_version && module->fingerprint && has_writes) ||
	       refuse(r, e->payload, "required member is absent");
}

static int compare_names(const struct module *a, const struct module *b)
{
	uint32_t shorter = a->name_bytes < b->name_bytes ? a->name_bytes : b->name_bytes;
	int order = memcmp(a->name, b->name, shorter);

	return order ? order : (a->name_bytes > b->name_bytes) - (a->name_bytes < b->name_bytes);
}

static bool read_manifest(struct reading *r, const uint8_t *body, uint64_t bytes)
{
	const uint8_t *at = body, *element;
	struct module module, before = { 0 };
	bool has_modules = false;
	uint16_t last = 0;
	struct element e;
	struct member m;
	uint32_t count;

	while (next_member(r, &at, body + bytes, &last, &m)) {
		if (m.head.id == 1) {
			if (!want(r, &m, BLOB, is_utf8(m.payload, m.head.arg), "the producer is UTF-8"))
				return false;
			if (!r->quiet)
				printf("producer %.*s\n", (int)m.head.arg, (const char *)m.payload);
			continue;
		}
		if (m.head.id != 2) {
			if (!unknown_member(r, &m))
				return false;
			continue;
		}
		has_modules = true;
		if (!want(r, &m, LIST, true, "modules is a list") || !read_list(r, &m, &count, &element))
			return false;
		for (uint32_t i = 0; i < count; i++) {
			if (!next_element(r, &element, m.payload + m.head.arg, &e) || !read_module(r, &e, &module))
				return false;
			if (before.name && compare_names(&before, &module) >= 0)
				return refuse(r, e.payload, "modules ascend by name");
			before = module;
			if (r->quiet)
				continue;
			printf("module %.*s %u.%u%s writes %u ", (int)module.name_bytes, (const char *)module.name,
			       module.version >> 16, module.version & 0xffff, module.draft ? " draft" : "", module.writes);
			print_bytes(module.fingerprint, 32);
			printf("\n");
		}
		if (element != m.payload + m.head.arg)
			return refuse(r, element, "more than the elements that were counted");
	}
	return !r->why && (has_modules || refuse(r, body, "required member is absent"));
}

static bool read_dump_header(struct reading *r)
{
	struct dump_header h;

	if (r->length < sizeof(h))
		return refuse(r, r->bytes, "no whole header");
	memcpy(&h, r->bytes, sizeof(h));
	if (memcmp(h.magic, magic, sizeof(magic)))
		return refuse(r, r->bytes, "no dump");
	if (h.crc != crc32_of(0, r->bytes, 60))
		return refuse(r, r->bytes + 60, "checksum of the header");
	if (h.major != 1 || h.minor != 0 || h.bytes != 64 || h.flags || !all_zero(h.zero, sizeof(h.zero)))
		return refuse(r, r->bytes + 8, "another format");
	return true;
}

enum kind { KIND_MANIFEST, KIND_SCHEMA, KIND_STATE, KIND_END };

static bool kind_of(struct reading *r, const uint8_t *at, const struct record_header *h, enum kind *kind)
{
	if (h->state) {
		*kind = KIND_STATE;
		return !(h->flags & ~RECORD_UNDERSTOOD) || refuse(r, at, "flags of a record");
	}
	if (h->instance || h->version || h->backport)
		return refuse(r, at, "no state has the id 0");
	switch (h->flags) {
	case RECORD_UNDERSTOOD | RECORD_MANIFEST:
		*kind = KIND_MANIFEST;
		return true;
	case RECORD_SCHEMA:
		*kind = KIND_SCHEMA;
		return true;
	case RECORD_UNDERSTOOD | RECORD_END:
		*kind = KIND_END;
		return true;
	default:
		return refuse(r, at, "flags of a record");
	}
}

static bool read_dump(struct reading *r)
{
	uint32_t headers = 0, state = 0, instance = 0;
	uint64_t at = sizeof(struct dump_header), records = 0;
	enum kind kind;

	if (!read_dump_header(r))
		return false;
	for (;; records++) {
		const uint8_t *place = r->bytes + at, *body = place + sizeof(struct record_header);
		struct record_header h;

		if (r->length - at < sizeof(h))
			return refuse(r, place, "the dump ends without its end record");
		memcpy(&h, place, sizeof(h));
		if (h.crc != crc32_of(0, place, 28))
			return refuse(r, place, "checksum of a record's header");
		if (!kind_of(r, place, &h, &kind))
			return false;
		if ((records == 0) != (kind == KIND_MANIFEST) || (kind == KIND_SCHEMA && records != 1))
			return refuse(r, place, "record out of place");
		at += sizeof(h);
		if (h.bytes > r->length - at || padded(h.bytes) > r->length - at)
			return refuse(r, place, "the body reaches past the end of the dump");
		if (h.body_crc != crc32_of(0, body, h.bytes))
			return refuse(r, body, "checksum of a body");
		if (!all_zero(body + h.bytes, padded(h.bytes) - h.bytes))
			return refuse(r, body + h.bytes, "padding is zero");
		at += padded(h.bytes);
		if (kind == KIND_END) {
			struct end_body e;

			if (h.bytes != sizeof(e))
				return refuse(r, place, "the end record has 24 bytes");
			memcpy(&e, body, sizeof(e));
			if (e.records != records || e.bytes != at || e.crc != headers || e.zero)
				return refuse(r, body, "the end record does not fit");
			return at == r->length || refuse(r, r->bytes + at, "bytes after the end");
		}
		headers = crc32_of(headers, place, sizeof(h));
		if (kind == KIND_MANIFEST && !read_manifest(r, body, h.bytes))
			return false;
		if (kind == KIND_SCHEMA && !r->quiet)
			printf("schema %" PRIu64 " bytes\n", h.bytes);
		if (kind != KIND_STATE)
			continue;
		if (h.state < state || (h.state == state && h.instance <= instance))
			return refuse(r, place, "records ascend by state and instance");
		state = h.state;
		instance = h.instance;
		if (!r->quiet)
			printf("record 0x%x#%u version %u.%u%s %" PRIu64 " bytes\n", h.state, h.instance, h.version, h.backport,
			       h.flags ? "" : " ignorable", h.bytes);
		if (!print_body(r, body, h.bytes, 2))
			return false;
	}
}

/* Version 2 of the structure in golden/bytes/rows: `flags` came with it, `node` and `hint` are not known to it. */
struct mapping {
	uint64_t iova;
	uint32_t pages;
	uint16_t flags;
};

/* A member as far as a reader of another version has to know it. */
static const struct {
	uint16_t offset, size, align;
	bool has_default;
} mapping_members[] = { { 0, 8, 8, false }, { 8, 4, 4, false }, { 12, 2, 2, true } };

enum { MAPPING_END = 14, MAPPING_STRIDE = 16 };

static bool inside(uint16_t at, uint16_t offset, uint16_t size)
{
	return offset < at && at < offset + size;
}

/* The rules of docs/wire.md for a table whose structs may be of another version. */
static bool judge_rows(struct reading *r, const struct table *t)
{
	if (t->count == 0)
		return true;
	if (t->required > t->stride)
		return refuse(r, t->rows - 8, "required is greater than the stride");
	if (t->required > MAPPING_END)
		return refuse(r, t->rows - 8, "something that must be understood lies behind what is known");
	for (size_t i = 0; i < sizeof(mapping_members) / sizeof(mapping_members[0]); i++) {
		uint16_t offset = mapping_members[i].offset, size = mapping_members[i].size;

		if (inside(t->required, offset, size) || inside(t->stride, offset, size))
			return refuse(r, t->rows - 8, "ends inside a member");
		if (offset < t->stride ? t->stride % mapping_members[i].align : !mapping_members[i].has_default)
			return refuse(r, t->rows - 8, "stride");
	}
	return true;
}

static bool print_rows(struct reading *r)
{
	const uint8_t *at = r->bytes;
	uint16_t last = 0;
	struct table t;
	struct member m;

	if (!next_member(r, &at, r->bytes + r->length, &last, &m))
		return refuse(r, r->bytes, "no member");
	if (!want(r, &m, TABLE, m.head.id == 1, "@1 is a table") || !read_table(r, &m, &t) || !judge_rows(r, &t))
		return false;
	for (uint32_t i = 0; i < t.count; i++) {
		const uint8_t *row = t.rows + (uint64_t)i * t.stride;
		uint16_t own = t.stride < MAPPING_STRIDE ? t.stride : MAPPING_STRIDE;
		struct mapping mapping = { .flags = 0 };

		memcpy(&mapping, row, t.stride < MAPPING_END ? t.stride : MAPPING_END);
		if (own > MAPPING_END && !all_zero(row + MAPPING_END, own - MAPPING_END))
			return refuse(r, row + MAPPING_END, "padding is zero");
		printf("%" PRIu64 " %u %u%s\n", mapping.iova, mapping.pages, mapping.flags,
		       t.stride > own && !all_zero(row + own, t.stride - own) ? " dropped" : "");
	}
	return true;
}

static uint8_t *read_file(const char *path, uint64_t *length)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes;
	long size;

	if (!file || fseek(file, 0, SEEK_END) || (size = ftell(file)) < 0 || fseek(file, 0, SEEK_SET)) {
		perror(path);
		exit(2);
	}
	bytes = malloc((size_t)size + 8);
	if (!bytes || fread(bytes, 1, (size_t)size, file) != (size_t)size) {
		perror(path);
		exit(2);
	}
	fclose(file);
	*length = (uint64_t)size;
	return bytes;
}

static void batch(const uint8_t *at, const uint8_t *end)
{
	while (end - at >= 8) {
		uint32_t kind, bytes;
		bool taken;

		memcpy(&kind, at, 4);
		memcpy(&bytes, at + 4, 4);
		struct reading r = { .bytes = at + 8, .length = bytes, .quiet = true };
		taken = kind == 0 ? read_dump(&r) : print_body(&r, r.bytes, r.length, 0);
		if (taken)
			printf("taken\n");
		else
			printf("refused at %" PRIu64 ": %s\n", r.where, r.why);
		at += 8 + padded(bytes);
	}
}

int main(int count, char **words)
{
	struct reading r = { 0 };
	uint8_t *bytes;
	bool taken;

	if (count != 3) {
		fprintf(stderr, "reader dump|body|rows|batch FILE\n");
		return 2;
	}
	r.bytes = bytes = read_file(words[2], &r.length);
	if (!strcmp(words[1], "batch")) {
		batch(bytes, bytes + r.length);
		free(bytes);
		return 0;
	}
	taken = !strcmp(words[1], "dump") ? read_dump(&r) :
		!strcmp(words[1], "rows") ? print_rows(&r) :
					    print_body(&r, r.bytes, r.length, 0);
	if (!taken)
		printf("refused at %" PRIu64 ": %s\n", r.where, r.why);
	free(bytes);
	return taken ? 0 : 1;
}
