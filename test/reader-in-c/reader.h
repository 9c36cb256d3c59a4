// SPDX-License-Identifier: Apache-2.0
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum form { WORD, LONG, BLOB, TABLE, LIST, STATE, UNION };
enum member_flag { UNDERSTOOD = 1, NEGATIVE = 2 };

struct member_header {
	uint16_t id;
	uint8_t form, flags;
	uint32_t arg;
};

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

/* A member with its payload where it lies. */
struct member {
	struct member_header head;
	const uint8_t *payload;
	/* Of a word or a long. */
	int64_t value;
};

struct table {
	uint32_t count;
	uint16_t stride, required;
	const uint8_t *rows;
};

struct element {
	const uint8_t *payload;
	uint32_t bytes;
};

/* Notes what is wrong first, and where; false. */
bool refuse(struct reading *r, const void *at, const char *why);
uint64_t padded(uint64_t bytes);
bool all_zero(const uint8_t *bytes, uint64_t count);
void print_bytes(const uint8_t *bytes, uint64_t count);

/* The next member of a body, judged by what its form says; false at the end of the body or if it is refused. */
bool next_member(struct reading *r, const uint8_t **at, const uint8_t *end, uint16_t *last, struct member *m);
/* The next element of a list. */
bool next_element(struct reading *r, const uint8_t **at, const uint8_t *end, struct element *e);
/* The counts of a table, if they go together. */
bool read_table(struct reading *r, const struct member *m, struct table *t);
/* The count of a list, and where its elements begin. */
bool read_list(struct reading *r, const struct member *m, uint32_t *count, const uint8_t **at);
/* What can be said of a member that is not known and not looked into. */
bool check_form(struct reading *r, const struct member *m);
/* Whether a known member has its form, and is as it should be. */
bool want(struct reading *r, const struct member *m, enum form form, bool fits, const char *why);
/* The members of a body, none of which is known. */
bool print_body(struct reading *r, const uint8_t *at, uint64_t bytes, int indent);

bool read_manifest(struct reading *r, const uint8_t *body, uint64_t bytes);
bool print_rows(struct reading *r);

#endif
