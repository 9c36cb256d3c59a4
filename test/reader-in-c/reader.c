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
#include <stdlib.h>
#include <string.h>
#include "reader.h"

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

struct end_body {
	uint64_t records, bytes;
	uint32_t crc, zero;
};

_Static_assert(sizeof(struct dump_header) == 64, "the header of a dump");
_Static_assert(sizeof(struct record_header) == 32, "the header of a record");
_Static_assert(sizeof(struct end_body) == 24, "the body of the end record");

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
		headers = crc32_of(headers, place, 28);
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
