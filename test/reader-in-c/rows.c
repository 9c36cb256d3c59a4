// SPDX-License-Identifier: Apache-2.0
/* Rows of structures that may be of another version than this reader's. */
#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include "reader.h"

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

bool print_rows(struct reading *r)
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
