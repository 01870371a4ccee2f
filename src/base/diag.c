/*
 * diag.c - problems and notes, gathered under one lock.
 *
 * A damaged archive can have a problem in each of a million records, so of one kind (file, member, reason) only the places
 * that will be shown are kept, the smallest ones: which these are does not depend on the order in which threads come. Kinds
 * and notes are found in the C library's balanced trees, which nobody can unbalance by choosing names.
 */
#include "base/diag.h"

#include <pthread.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

struct place {
	uint64_t byte, line, count;
	char *text; /* NULL: the table's */
};

struct kind {
	const char *file;   /* may be NULL; owned, as member is, if the kind is in the tree */
	const char *member;
	enum reason reason;
	unsigned n;
	struct place places[DIAG_KEPT]; /* ascending */
	uint64_t further;               /* records at places that were not kept */
};

struct diag {
	pthread_mutex_t lock;
	void *kind_tree, *note_tree;    /* tsearch: of the elements below, for finding only */
	struct kind **kinds;
	size_t n_kinds, cap_kinds;
	char **notes;
	size_t n_notes, cap_notes;
	struct diag_problem_row *rows;  /* the last answer of diag_problems */
};

struct diag *diag_new(void)
{
	struct diag *d = mem_zalloc(sizeof *d);

	if (pthread_mutex_init(&d->lock, NULL) != 0)
		mem_fail(sizeof d->lock);
	return d;
}

static void keep_element(void *element)
{
	(void)element; /* the lists own them */
}

static void free_kind(struct kind *k)
{
	for (unsigned i = 0; i < k->n; i++)
		free(k->places[i].text);
	free((void *)(uintptr_t)k->file);
	free((void *)(uintptr_t)k->member);
	free(k);
}

void diag_free(struct diag *d)
{
	if (d == NULL)
		return;
	tdestroy(d->kind_tree, keep_element);
	tdestroy(d->note_tree, keep_element);
	for (size_t i = 0; i < d->n_kinds; i++)
		free_kind(d->kinds[i]);
	for (size_t i = 0; i < d->n_notes; i++)
		free(d->notes[i]);
	free(d->kinds);
	free(d->notes);
	free(d->rows);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

/* NULL before any text. */
static int compare_text(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

static int compare_kinds(const void *left, const void *right)
{
	const struct kind *a = left, *b = right;
	int order = compare_text(a->file, b->file);

	if (order == 0)
		order = strcmp(a->member, b->member);
	return order != 0 ? order : (a->reason > b->reason) - (a->reason < b->reason);
}

static int compare_strings(const void *left, const void *right)
{
	return strcmp(left, right);
}

static int compare_places(const struct place *a, const struct place *b)
{
	if (a->byte != b->byte)
		return a->byte < b->byte ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return compare_text(a->text, b->text);
}

static char *copy_or_null(const char *z)
{
	return z == NULL ? NULL : mem_strdup(z);
}

/* The kind of p, made if it is the first. */
static struct kind *find_kind(struct diag *d, const struct problem *p)
{
	const struct kind wanted = {
		.file = p->file, .member = p->member == NULL ? "" : p->member, .reason = p->reason
	};
	void *const *found = tfind(&wanted, &d->kind_tree, compare_kinds);

	if (found != NULL)
		return *found;
	struct kind *k = mem_zalloc(sizeof *k);

	k->file = copy_or_null(wanted.file);
	k->member = mem_strdup(wanted.member);
	k->reason = wanted.reason;
	if (d->n_kinds == d->cap_kinds) {
		d->cap_kinds = mem_grow(d->cap_kinds, d->n_kinds + 1);
		d->kinds = mem_rearray(d->kinds, d->cap_kinds, sizeof(struct kind *));
	}
	d->kinds[d->n_kinds++] = k;
	if (tsearch(k, &d->kind_tree, compare_kinds) == NULL)
		mem_fail(sizeof *k);
	return k;
}

/* Puts a place where it belongs; the one that then is too many is only counted. */
static void add_place(struct kind *k, struct place new)
{
	unsigned i = k->n;
	int order = 1;

	while (i > 0 && (order = compare_places(&new, &k->places[i - 1])) < 0)
		i--;
	if (i > 0 && order == 0) {
		k->places[i - 1].count += new.count;
		return;
	}
	if (i == DIAG_KEPT) {
		k->further += new.count;
		return;
	}
	if (k->n == DIAG_KEPT) {
		k->n--;
		k->further += k->places[k->n].count;
		free(k->places[k->n].text);
	}
	memmove(&k->places[i + 1], &k->places[i], (k->n - i) * sizeof *k->places);
	new.text = copy_or_null(new.text);
	k->places[i] = new;
	k->n++;
}

void diag_problem(struct diag *d, const struct problem *p)
{
	const struct place new = {
		.byte = p->byte, .line = p->line, .count = p->count == 0 ? 1 : p->count,
		.text = (char *)(uintptr_t)p->text, /* copied if it is kept */
	};

	pthread_mutex_lock(&d->lock);
	add_place(find_kind(d, p), new);
	pthread_mutex_unlock(&d->lock);
}

/* Takes text, which is malloc'd. */
static void add_note(struct diag *d, char *text)
{
	void *const *found = tsearch(text, &d->note_tree, compare_strings);

	if (found == NULL)
		mem_fail(strlen(text));
	if (*found != text) {
		free(text);
		return;
	}
	if (d->n_notes == d->cap_notes) {
		d->cap_notes = mem_grow(d->cap_notes, d->n_notes + 1);
		d->notes = mem_rearray(d->notes, d->cap_notes, sizeof(char *));
	}
	d->notes[d->n_notes++] = text;
}

void diag_note(struct diag *d, const char *format, ...)
{
	va_list args;
	char *text;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		mem_fail(strlen(format));
	va_end(args);
	pthread_mutex_lock(&d->lock);
	add_note(d, text);
	pthread_mutex_unlock(&d->lock);
}

static void move_kind(struct diag *d, const struct kind *k)
{
	struct problem p = { .file = k->file, .member = k->member, .reason = k->reason };

	for (unsigned i = 0; i < k->n; i++) {
		p.byte = k->places[i].byte;
		p.line = k->places[i].line;
		p.text = k->places[i].text;
		p.count = k->places[i].count;
		diag_problem(d, &p);
	}
	find_kind(d, &p)->further += k->further;
}

void diag_move(struct diag *d, struct diag *from)
{
	for (size_t i = 0; i < from->n_kinds; i++)
		move_kind(d, from->kinds[i]);
	for (size_t i = 0; i < from->n_notes; i++)
		diag_note(d, "%s", from->notes[i]);
	diag_free(from);
}

static int compare_kind_pointers(const void *a, const void *b)
{
	return compare_kinds(*(struct kind *const *)a, *(struct kind *const *)b);
}

static int compare_string_pointers(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* One row for each place kept, and one for the others; returns the end. */
static struct diag_problem_row *put_rows(const struct kind *k, struct diag_problem_row *row)
{
	const char *usual = reason_table[k->reason].text;

	for (unsigned i = 0; i < k->n; i++) {
		const struct place *at = &k->places[i];

		*row++ = (struct diag_problem_row){
			.file = k->file, .member = k->member, .text = at->text == NULL ? usual : at->text,
			.reason = k->reason, .byte = at->byte, .line = at->line, .count = at->count,
		};
	}
	if (k->further > 0)
		*row++ = (struct diag_problem_row){
			.file = k->file, .member = k->member, .text = usual, .reason = k->reason,
			.byte = DIAG_NOWHERE, .count = k->further, .more = true,
		};
	return row;
}

size_t diag_problems(struct diag *d, const struct diag_problem_row **rows)
{
	pthread_mutex_lock(&d->lock);
	if (d->n_kinds > 0)
		qsort(d->kinds, d->n_kinds, sizeof(struct kind *), compare_kind_pointers);
	free(d->rows);
	d->rows = mem_array(d->n_kinds, (DIAG_KEPT + 1) * sizeof *d->rows);
	struct diag_problem_row *end = d->rows;

	for (size_t i = 0; i < d->n_kinds; i++)
		end = put_rows(d->kinds[i], end);
	*rows = d->rows;
	pthread_mutex_unlock(&d->lock);
	return (size_t)(end - *rows);
}

size_t diag_notes(struct diag *d, const char *const **notes)
{
	pthread_mutex_lock(&d->lock);
	if (d->n_notes > 0)
		qsort(d->notes, d->n_notes, sizeof(char *), compare_string_pointers);
	*notes = (const char *const *)d->notes;
	pthread_mutex_unlock(&d->lock);
	return d->n_notes;
}
