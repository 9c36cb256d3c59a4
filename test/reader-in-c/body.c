// SPDX-License-Identifier: Apache-2.0
/* Bodies: what members and their payloads say by their forms. */
#include <inttypes.h>
#include <string.h>
#include "reader.h"

_Static_assert(sizeof(struct member_header) == 8, "the header of a member");

bool refuse(struct reading *r, const void *at, const char *why)
{
	if (!r->why) {
		r->why = why;
		r->where = (uint64_t)((const uint8_t *)at - r->bytes);
	}
	return false;
}

uint64_t padded(uint64_t bytes)
{
	return (bytes + 7) & ~(uint64_t)7;
}

bool all_zero(const uint8_t *bytes, uint64_t count)
{
	while (count--)
		if (*bytes++)
			return false;
	return true;
}

void print_bytes(const uint8_t *bytes, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		printf("%02x", bytes[i]);
}

/* The next member of a body, judged by what its form says; false at the end of the body or if it is refused. */
bool next_member(struct reading *r, const uint8_t **at, const uint8_t *end, uint16_t *last, struct member *m)
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

/* What the form of a table says: its counts go together. */
bool read_table(struct reading *r, const struct member *m, struct table *t)
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

/* The next element of a list. */
bool next_element(struct reading *r, const uint8_t **at, const uint8_t *end, struct element *e)
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
bool read_list(struct reading *r, const struct member *m, uint32_t *count, const uint8_t **at)
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
bool check_form(struct reading *r, const struct member *m)
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
bool print_body(struct reading *r, const uint8_t *at, uint64_t bytes, int indent)
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

bool want(struct reading *r, const struct member *m, enum form form, bool fits, const char *why)
{
	return (m->head.form == form && fits) || refuse(r, m->payload - 8, why);
}
