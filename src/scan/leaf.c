/*
 * leaf.c - keeping the first problems of each kind, and numbering their lines once all blocks are counted.
 */
#include "scan/leaf.h"

#include <stdlib.h>

#include "base/mem.h"
#include "json/simd.h"

struct leaf *leaf_new(const char *file, const char *member, bool is_member)
{
	struct leaf *l = mem_zalloc(sizeof *l);

	l->file = mem_strdup(file);
	l->member = mem_strdup(member);
	l->is_member = is_member;
	l->outstanding = 1;
	l->failure = REASONS;
	pthread_mutex_init(&l->lock, NULL);
	return l;
}

void leaf_note(const struct leaf *l, struct diag *diag, const char *sentence)
{
	diag_note(diag, "%s%s%s: %s", l->file, l->member[0] == '\0' ? "" : ": ", l->member, sentence);
}

void leaf_problem(struct leaf *l, enum reason reason, const struct leaf_place *place, const char *text, uint64_t count)
{
	const uint64_t byte = place->block_byte + place->at;
	struct leaf_problem *kept = l->problems[reason];

	pthread_mutex_lock(&l->lock);
	l->damaged = true;
	uint32_t i = l->kept[reason];

	if (i == DIAG_KEPT && kept[i - 1].byte > byte)
		l->more[reason] += kept[--i].count;
	else if (i == DIAG_KEPT)
		l->more[reason] += count;
	else
		l->kept[reason]++;
	if (i < DIAG_KEPT) {
		for (; i > 0 && kept[i - 1].byte > byte; i--)
			kept[i] = kept[i - 1];
		kept[i] = (struct leaf_problem){ byte, count, place->block,
			(uint32_t)simd_best()->newlines(place->data, place->at), text };
	}
	pthread_mutex_unlock(&l->lock);
}

void leaf_hold(struct leaf *l)
{
	pthread_mutex_lock(&l->lock);
	l->outstanding++;
	pthread_mutex_unlock(&l->lock);
}

bool leaf_done(struct leaf *l, const struct leaf_share *share)
{
	pthread_mutex_lock(&l->lock);
	if (share != NULL) {
		const uint32_t block = share->block;

		if (block >= l->lines_cap) {
			const size_t cap = mem_grow(l->lines_cap, (size_t)block + 1);

			l->lines = mem_rearray(l->lines, cap, sizeof *l->lines);
			l->lines_cap = cap;
		}
		l->lines[block] = share->lines;
		content_join(&l->content, &share->content);
		dates_join(&l->dates, &share->dates);
	}
	const bool last = --l->outstanding == 0;

	pthread_mutex_unlock(&l->lock);
	return last;
}

static uint64_t line_number(const struct leaf *l, const struct leaf_problem *p)
{
	uint64_t line = 1 + (uint64_t)p->line;

	for (uint32_t b = 0; b < p->block; b++)
		line += l->lines[b];
	return line;
}

static void report(struct leaf *l, struct diag *diag)
{
	for (unsigned r = 0; r < REASONS; r++) {
		struct problem p = { .file = l->file, .member = l->member, .reason = (enum reason)r };

		for (uint32_t i = 0; i < l->kept[r]; i++) {
			const struct leaf_problem *q = &l->problems[r][i];

			p.byte = q->byte;
			p.line = line_number(l, q);
			p.text = q->text;
			p.count = q->count;
			diag_problem(diag, &p);
		}
		if (l->more[r] > 0) {
			p.byte = DIAG_NOWHERE - 1; /* behind every real one: only counted */
			p.line = 0;
			p.count = l->more[r];
			diag_problem(diag, &p);
		}
	}
}

void leaf_close(struct leaf *l, struct diag *diag)
{
	report(l, diag);
	framer_free(&l->framer);
	columns_free(l->columns);
	buf_free(&l->carry);
	free(l->lines);
	free(l->file);
	free(l->member);
	pthread_mutex_destroy(&l->lock);
	free(l);
}
