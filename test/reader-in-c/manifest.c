// SPDX-License-Identifier: Apache-2.0
/* The manifest: a body whose schema every reader knows. */
#include <string.h>
#include "reader.h"

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

bool read_manifest(struct reading *r, const uint8_t *body, uint64_t bytes)
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
