/*
 * scan.c - sources, and the workers that share them.
 *
 * A source is a path with its container, open at the member that is being read. A worker stays with its source while that has
 * blocks, then opens the next path, and when there is none helps with a source of others. Small files are taken several at a
 * time, each the worker's alone: it does not pay to tell others of them. One worker at a time has its turn with a source (turn.h).
 */
#include "scan/scan.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/share.h"
#include "scan/emit.h"
#include "scan/survey.h"
#include "scan/turn.h"
#include "scan/work.h"

/* Small files, and how many a worker takes at a time: less work than a block. */
enum { SMALL_FILE = 128 << 10, FEW_BYTES = 256 << 10, FEW_FILES = 32 };

struct source {
	struct source *next;            /* of those that are open to all */
	bool shared;                    /* it is one of them */
	unsigned users;                 /* workers that hold it; under the scan's lock, as the next one */
	bool exhausted;                 /* nobody need choose it any more */
	struct path path;
	struct turn turn;               /* all below is the worker's whose turn it is */
	bool taken_from;                /* a block */
	struct container *container;    /* NULL until the first block is asked for */
	_Atomic bool damaged;           /* a member of it; a leaf can end while the next one is being read */
	enum reason failure;            /* of the archive itself, or REASONS */
	bool ended;                     /* the container has nothing more */
	struct lane *lane;              /* of what comes out, if anything does */
	struct leaf *leaf;              /* being read; NULL between members */
	struct stream *stream;
};

struct scan {
	const struct scan_plan *plan;
	const struct simd *simd;
	struct diag *diag;
	pthread_mutex_t lock;           /* of the paths, the open sources and `named_foreign` */
	struct paths *paths;
	bool no_more_paths;
	struct source *open;
	uint64_t named_foreign;
	struct copies *copies;
	bool compares;                  /* there may be two sources, so that copies are looked for */
	struct scan_progress *progress;
	struct emitter *emitter;        /* NULL: nothing comes out while it is read */
	enum { GUESS_NEVER, GUESS_UNDECIDED, GUESS_ALWAYS } guess; /* orders of dates; under the lock */
	_Atomic bool stop;              /* enough was read, or what comes out cannot be written, or all is to be read again: */
	_Atomic bool wrong;             /* a guess was */
	struct hand *hands;             /* of the workers; the first is that of the thread that called */
	unsigned n_hands, jobs;         /* that are at work, that there shall be; the first one's to change */
};

/* A block on its way from the worker that took it to the one that works on it. */
struct parcel {
	struct block block;
	uint64_t number;                /* in its lane */
};

struct hand {
	struct scan *scan;
	struct turn_waiter waiter;      /* with the parcel that is worked on, or room for one */
	struct worker worker;
	struct source *source;          /* the one it stays with */
	struct path few[FEW_FILES];     /* small files that it will read next: from few_at on */
	size_t few_at, few_n;
	uint64_t records, failures;     /* added to the progress */
	pthread_t thread;
};

/* ---- counting files and members ---- */

/* One that was passed over. */
static void count_unread(struct ledger_units *u, enum reason reason)
{
	u->found++;
	u->because[reason]++;
}

/* One that was read: well, or with damage in it, or until its container broke, the system failed, or it was enough. */
static void count_read(struct ledger_units *u, bool damaged, enum reason failure)
{
	u->found++;
	if (failure != REASONS && reason_table[failure].status > 1) {
		u->because[failure]++;
		return;
	}
	if (failure == REASON_STOPPED && !damaged) {
		u->because[failure]++;
		return;
	}
	u->corrupt += failure != REASONS && failure != REASON_STOPPED;
	if (damaged || failure != REASONS)
		u->damaged++;
	else
		u->read++;
}

static struct ledger_units *units(struct ledger *l, bool is_member)
{
	return is_member ? &l->members : &l->files;
}

/* The last who held a leaf: it is read, or damaged. */
static void end_leaf(struct hand *h, struct source *src, struct leaf *leaf)
{
	if (leaf->failure != REASON_STOPPED)
		copies_add(h->scan->copies, leaf->file, leaf->member, &leaf->content);
	if (leaf->damaged)
		atomic_store(&src->damaged, true);
	const char *note = dates_note(&leaf->dates);

	if (note != NULL)
		leaf_note(leaf, h->scan->diag, note);
	count_read(units(&h->worker.ledger, leaf->is_member), leaf->damaged, leaf->failure);
	leaf_close(leaf, h->scan->diag);
}

static void problem(struct scan *s, const struct leaf *l, enum reason reason, const char *text)
{
	diag_problem(s->diag, &(struct problem){ .file = l->file, .member = l->member, .reason = reason, .byte = DIAG_NOWHERE,
		.text = text, .count = 1 });
}

/* ---- leaves ---- */

/* The stream has ended or failed, or the scan stops: no more blocks of this leaf. In the source's turn. */
static void finish_reading(struct hand *h, struct source *src, bool stopped)
{
	struct leaf *leaf = src->leaf;
	const char *text;
	const enum reason failure = stopped ? REASON_STOPPED : stream_failure(src->stream, &text);

	if (failure != REASONS && !stopped) {
		problem(h->scan, leaf, failure, text);
		atomic_store(&src->damaged, true);
	}
	leaf->failure = failure; /* read only by the last who holds it */
	stream_close(src->stream);
	src->stream = NULL;
	src->leaf = NULL;
	if (leaf_done(leaf, NULL))
		end_leaf(h, src, leaf);
}

static void pass_over(struct hand *h, const struct item *item, enum reason reason)
{
	count_unread(units(&h->worker.ledger, item->is_member), reason);
	if ((reason == REASON_FOREIGN || reason == REASON_SPECIAL) && item->named) {
		pthread_mutex_lock(&h->scan->lock);
		h->scan->named_foreign++;
		pthread_mutex_unlock(&h->scan->lock);
	}
}

/* An order of dates may be guessed if all can be read again should it be wrong: nothing has come out, no pipe is used up. */
static bool may_guess(struct scan *s)
{
	pthread_mutex_lock(&s->lock);
	if (s->guess == GUESS_UNDECIDED)
		s->guess = paths_come_again(s->paths) ? GUESS_ALWAYS : GUESS_NEVER;
	const bool may = s->guess == GUESS_ALWAYS;

	pthread_mutex_unlock(&s->lock);
	return may;
}

/* Decides the form of a leaf and, if it is a table, the order of its dates. */
static enum leaf_verdict open_leaf(struct hand *h, struct source *src, struct leaf *leaf)
{
	const struct cutter *cutter = &h->worker.cutter;
	const enum leaf_verdict verdict = leaf_begin(leaf, src->stream, cutter);

	if (verdict != LEAF_GOOD || leaf->form != LEAF_CSV)
		return verdict;
	return survey_dates(leaf, &src->stream, cutter, may_guess(h->scan), h->scan->diag) ? LEAF_GOOD : LEAF_FAILED;
}

/* Begins with a source that the container has handed out; false if it is none of ours or failed at once. */
static bool begin_leaf(struct hand *h, struct source *src, const struct item *item)
{
	struct scan *s = h->scan;
	struct leaf *leaf = leaf_new(item->file, item->member, item->is_member);
	const char *text;

	src->stream = item->stream;
	switch (open_leaf(h, src, leaf)) {
	case LEAF_GOOD:
		src->leaf = leaf;
		h->worker.ledger.decoded += leaf->at;
		h->worker.ledger.between += leaf->at;
		return true;
	case LEAF_FOREIGN:
		if (item->named)
			problem(s, leaf, REASON_FOREIGN, NULL);
		pass_over(h, item, REASON_FOREIGN);
		break;
	case LEAF_FAILED: {
		const enum reason reason = stream_failure(src->stream, &text);

		problem(s, leaf, reason, text);
		pass_over(h, item, reason);
		atomic_store(&src->damaged, true);
		break;
	}
	}
	stream_close(src->stream);
	src->stream = NULL;
	leaf_close(leaf, s->diag);
	return false;
}

/* The next leaf of the source, or false at its end. */
static bool next_leaf(struct hand *h, struct source *src)
{
	for (;;) {
		struct item item;

		container_next(src->container, &item);
		switch (item.kind) {
		case ITEM_SOURCE:
			if (begin_leaf(h, src, &item))
				return true;
			break;
		case ITEM_SKIPPED:
		case ITEM_FAILED:
			pass_over(h, &item, item.reason);
			break;
		case ITEM_END:
			src->failure = item.reason;
			return false;
		}
	}
}

/* ---- sources ---- */

static void parcel_free(struct parcel *parcel)
{
	if (parcel != NULL)
		block_free(&parcel->block);
	free(parcel);
}

static void close_source(struct hand *h, struct source *src)
{
	if (container_is_archive(src->container))
		count_read(&h->worker.ledger.files, atomic_load(&src->damaged), src->failure);
	container_close(src->container);
	parcel_free(turn_free(&src->turn));
	free(src);
}

/* Lets go of a source; the last who does closes it once it is exhausted. */
static void leave(struct hand *h, struct source *src)
{
	struct scan *s = h->scan;
	bool last = !src->shared;

	if (src->shared) {
		pthread_mutex_lock(&s->lock);
		last = --src->users == 0 && src->exhausted;
		pthread_mutex_unlock(&s->lock);
	}
	if (last)
		close_source(h, src);
	h->source = NULL;
}

/* Once for each source, in its turn. Nobody waits for a turn while holding the scan. */
static void exhaust(struct scan *s, struct source *src)
{
	struct source **at = &s->open;

	if (!src->shared)
		return;
	pthread_mutex_lock(&s->lock);
	while (*at != src)
		at = &(*at)->next;
	*at = src->next;
	src->exhausted = true;
	pthread_mutex_unlock(&s->lock);
}

/* It has nothing more. In its turn. The lane ends first: one that has not ended is always open. */
static void end_source(struct scan *s, struct source *src)
{
	src->ended = true;
	if (s->emitter != NULL)
		emitter_end(s->emitter, src->lane);
	exhaust(s, src);
}

/* The scan stops before the source is at its end. In its turn. */
static void stop_source(struct hand *h, struct source *src)
{
	if (src->ended)
		return;
	if (src->leaf != NULL)
		finish_reading(h, src, true);
	src->failure = REASON_STOPPED; /* of an archive */
	end_source(h->scan, src);
}

/* The path is not to be read: it is counted. */
static void pass_over_path(struct hand *h, const struct path *path)
{
	count_unread(&h->worker.ledger.files, path->skip);
	h->worker.ledger.notes[NOTE_DUPLICATE_FILES] += path->skip == REASON_DUPLICATE;
	if (reason_table[path->skip].kind == REASON_FAILED)
		diag_problem(h->scan->diag, &(struct problem){ .file = path->name, .member = "", .reason = path->skip,
			.byte = DIAG_NOWHERE, .text = path->text, .count = 1 });
}

/* The next path that is to be read; those that are not are counted on the way. Under the scan's lock. */
static bool next_path(struct hand *h, struct path *path)
{
	struct scan *s = h->scan;

	while (!s->no_more_paths) {
		s->no_more_paths = atomic_load(&s->stop) || !paths_next(s->paths, path);
		atomic_store(&s->progress->total, paths_size(s->paths, atomic_load(&s->progress->total_wanted)));
		if (!s->no_more_paths && path->skip == REASONS)
			return true;
		if (!s->no_more_paths)
			pass_over_path(h, path);
	}
	return false;
}

static struct source *source_new(const struct path *path)
{
	struct source *src = mem_zalloc(sizeof *src);

	turn_init(&src->turn);
	src->path = *path;
	src->failure = REASONS;
	src->users = 1;
	return src;
}

/* From now on others take blocks of it, too. Under the scan's lock. */
static void share(struct scan *s, struct source *src)
{
	src->shared = true;
	src->lane = s->emitter == NULL ? NULL : emitter_lane(s->emitter);
	src->next = s->open;
	s->open = src;
}

/* After a small file: takes further ones for later, if they come next. What goes out in order is read in order. Under the scan's lock. */
static void take_few(struct hand *h, uint64_t bytes)
{
	struct scan *s = h->scan;

	h->few_at = h->few_n = 0;
	while (h->few_n < FEW_FILES && bytes < FEW_BYTES && paths_next_small(s->paths, SMALL_FILE, &h->few[h->few_n]))
		bytes += h->few[h->few_n++].size;
}

/* Of the open sources the one that the fewest hold. Under the scan's lock. */
static struct source *help_another(struct scan *s)
{
	struct source *src = s->open;

	if (src == NULL)
		return NULL;
	for (struct source *other = src->next; other != NULL; other = other->next)
		if (other->users < src->users)
			src = other;
	src->users++;
	return src;
}

/* A source to take from: its own, a new one, or one of the others'. NULL: nothing is left to read. */
static struct source *choose(struct hand *h)
{
	struct scan *s = h->scan;
	struct path path;

	if (h->source != NULL)
		return h->source;
	if (h->few_at < h->few_n)
		return h->source = source_new(&h->few[h->few_at++]);
	pthread_mutex_lock(&s->lock);
	if (!next_path(h, &path)) {
		h->source = help_another(s);
	} else {
		h->source = source_new(&path);
		if (s->emitter == NULL && path.size > 0 && path.size <= SMALL_FILE)
			take_few(h, path.size);
		else
			share(s, h->source);
	}
	pthread_mutex_unlock(&s->lock);
	return h->source;
}

/* Goes to the source whose blocks are to come out next. */
static void help_head(struct hand *h)
{
	struct scan *s = h->scan;

	leave(h, h->source);
	pthread_mutex_lock(&s->lock);
	for (struct source *src = s->open; src != NULL && h->source == NULL; src = src->next)
		if (emitter_is_head(s->emitter, src->lane))
			h->source = src;
	if (h->source != NULL)
		h->source->users++;
	pthread_mutex_unlock(&s->lock);
}

/* It was small, but holds more than a block. In its turn. */
static void share_after_all(struct scan *s, struct source *src)
{
	pthread_mutex_lock(&s->lock);
	share(s, src);
	pthread_mutex_unlock(&s->lock);
}

/* take, in the source's turn. */
static bool take_block(struct hand *h, struct source *src)
{
	bool taken = false;

	if (h->waiter.parcel == NULL)
		h->waiter.parcel = mem_zalloc(sizeof(struct parcel));
	struct parcel *const parcel = h->waiter.parcel;

	if (src->container == NULL)
		src->container = container_open(&src->path, &h->scan->plan->limits, h->scan->diag, &h->scan->progress->bytes);
	if (atomic_load(&h->scan->stop))
		stop_source(h, src);
	while (!taken && !src->ended) {
		if (src->leaf == NULL && !next_leaf(h, src)) {
			end_source(h->scan, src);
			break;
		}
		taken = block_take(src->leaf, src->stream, &h->worker.cutter, &parcel->block);
		if (taken)
			leaf_hold(src->leaf);
		else
			finish_reading(h, src, false);
	}
	if (taken && src->taken_from && !src->shared)
		share_after_all(h->scan, src);
	src->taken_from |= taken;
	if (taken && h->scan->emitter != NULL)
		parcel->number = emitter_take(h->scan->emitter, src->lane);
	return taken;
}

/*
 * The next block of a source into the hand's parcel; false: the source is exhausted. Of a plain file each reads its own: that is soon done, and what was
 * read is in the reader's cache. What comes out in order is not kept: who waits for it must be able to tell that somebody works on it.
 */
static bool take(struct hand *h, struct source *src)
{
	bool taken, ended = false;

	if (!turn_await(&src->turn, &h->waiter))
		return true;
	while (!ended) {
		taken = take_block(h, src);
		ended = turn_end(&src->turn, &h->waiter, taken && !stream_can_rewind(src->stream), h->scan->emitter == NULL);
	}
	return taken || turn_take_kept(&src->turn, &h->waiter);
}

static void publish(struct hand *h)
{
	const struct ledger *l = &h->worker.ledger;
	struct scan_progress *p = h->scan->progress;

	atomic_fetch_add_explicit(&p->records, l->log - h->records, memory_order_relaxed);
	atomic_fetch_add_explicit(&p->failures, l->failures - h->failures, memory_order_relaxed);
	h->records = l->log;
	h->failures = l->failures;
	if (atomic_fetch_add_explicit(&p->blocks, 1, memory_order_relaxed) == 1 && p->lasting != NULL)
		p->lasting(p);
}

/* What the accumulator has to say of the block goes out in its turn. */
static void emit(struct hand *h, const struct source *src, uint64_t number)
{
	struct scan *s = h->scan;
	const struct accumulator_wish *wish = &s->plan->wishes[s->plan->speaker];
	void *speaker = h->worker.kept[s->plan->speaker];

	if (!emitter_put(s->emitter, src->lane, number, wish->kind->said(speaker)) ||
	    (wish->kind->has_enough != NULL && wish->kind->has_enough(speaker)))
		atomic_store(&s->stop, true);
}

static void *work(void *arg);

static void hand_init(struct scan *s, struct hand *h)
{
	*h = (struct hand){ .scan = s };
	turn_waiter_init(&h->waiter);
	worker_init(&h->worker, s->plan, s->simd, s->diag);
	h->worker.compares = s->compares;
}

static void hand_free(struct hand *h)
{
	worker_free(&h->worker);
	parcel_free(h->waiter.parcel);
	turn_waiter_free(&h->waiter);
}

/* Threads that cannot be had are done without: those that are there do all that is left. */
static void call_others(struct scan *s)
{
	while (s->n_hands < s->jobs) {
		struct hand *h = &s->hands[s->n_hands];

		hand_init(s, h);
		if (pthread_create(&h->thread, NULL, work, h) != 0) {
			hand_free(h);
			s->jobs = s->n_hands;
			return;
		}
		s->n_hands++;
	}
}

/* A row says day first where month first was guessed: what was read is void. */
static void check_guess(struct scan *s, const struct leaf *leaf, const struct leaf_share *share)
{
	if (share->dates.day_first && leaf->date_order == DATE_MONTH_FIRST) {
		atomic_store(&s->wrong, true);
		atomic_store(&s->stop, true);
	}
}

static void *work(void *arg)
{
	struct hand *h = arg;
	struct source *src;
	bool first = true;

	while ((src = choose(h)) != NULL) {
		if (h->scan->emitter != NULL && emitter_admits(h->scan->emitter, src->lane) == EMIT_HELP_HEAD) {
			help_head(h);
			continue;
		}
		if (!take(h, src)) {
			leave(h, src);
			continue;
		}
		const struct parcel *const parcel = h->waiter.parcel;

		/* one block is no work for two: a small input is read before a thread has started; behind a full one come others */
		if (h == h->scan->hands && (!first || parcel->block.data.n > BLOCK_SIZE / 2))
			call_others(h->scan);
		first = false;
		struct leaf *leaf = parcel->block.leaf;
		const struct leaf_share share = worker_run(&h->worker, &parcel->block);

		if (h->scan->emitter != NULL)
			emit(h, src, parcel->number);
		publish(h);
		check_guess(h->scan, leaf, &share);
		if (leaf_done(leaf, &share))
			end_leaf(h, src, leaf);
	}
	worker_settle(&h->worker);
	return NULL;
}

/* ---- merging ---- */

struct merging {
	const struct scan_plan *plan;
	struct hand *hands;
	unsigned n_hands;
};

/* Parts of all accumulators together. */
static void merge_part(void *ctx, size_t part)
{
	const struct merging *m = ctx;
	const struct accumulator_wish *wish = m->plan->wishes;
	size_t k = 0;

	for (; part >= wish[k].kind->parts; k++)
		part -= wish[k].kind->parts;
	for (unsigned i = 1; i < m->n_hands; i++)
		wish[k].kind->merge_part(m->hands[0].worker.kept[k], m->hands[i].worker.kept[k], part);
}

static void merge_kept(const struct scan_plan *plan, struct hand *hands, unsigned n)
{
	struct merging m = { plan, hands, n };
	size_t parts = 0;

	if (n < 2)
		return;
	for (size_t k = 0; k < hands[0].worker.n_kept; k++) {
		for (unsigned i = 1; i < n; i++)
			plan->wishes[k].kind->merge(hands[0].worker.kept[k], hands[i].worker.kept[k]);
		parts += plan->wishes[k].kind->parts;
	}
	share_out(n, parts, merge_part, &m);
}

static void gather(struct scan *s, struct scan_result *out)
{
	struct hand *hands = s->hands;
	const unsigned n = s->n_hands;
	struct worker *first = &hands[0].worker;

	*out = (struct scan_result){ .copies = s->copies, .newest = TIME_NONE, .named_foreign = s->named_foreign,
		.stopped = atomic_load(&s->stop) };
	merge_kept(s->plan, hands, n);
	memcpy(out->kept, first->kept, sizeof out->kept);
	first->n_kept = 0; /* the result's now */
	ledger_init(&out->ledger);
	for (unsigned i = 0; i < n; i++) {
		ledger_merge(&out->ledger, &hands[i].worker.ledger);
		if (hands[i].worker.newest > out->newest)
			out->newest = hands[i].worker.newest;
		reader_share_add(&out->share, hands[i].worker.reader);
		hand_free(&hands[i]);
	}
	out->ledger.compressed = atomic_load(&s->progress->bytes);
}

/* ---- all of it ---- */

/* What is read comes out at once, and cannot be taken back. */
static bool speaks(const struct scan_plan *plan)
{
	return plan->sink.write != NULL && !plan->survey;
}

/* False: a guess was wrong, and the result is void. */
static bool read_all(const struct scan_plan *plan, struct paths *paths, bool guess, struct scan_progress *progress, struct diag *diag,
                     struct scan_result *out)
{
	struct scan s = { .plan = plan, .simd = simd_best(), .diag = diag, .paths = paths, .copies = copies_new(),
		.compares = !paths_is_one(paths), .progress = progress, .guess = guess ? GUESS_UNDECIDED : GUESS_NEVER };

	s.hands = mem_array(plan->jobs, sizeof *s.hands);
	s.n_hands = 1;
	s.jobs = plan->jobs;
	pthread_mutex_init(&s.lock, NULL);
	if (speaks(plan))
		s.emitter = emitter_new(plan->sink);
	hand_init(&s, &s.hands[0]);
	work(&s.hands[0]);
	for (unsigned i = 1; i < s.n_hands; i++)
		pthread_join(s.hands[i].thread, NULL);
	gather(&s, out);
	if (s.emitter != NULL)
		emitter_free(s.emitter);
	pthread_mutex_destroy(&s.lock);
	free(s.hands);
	return !atomic_load(&s.wrong);
}

/* Nothing of it has been taken; that it lasts has been said. */
static void progress_from_start(struct scan_progress *p)
{
	atomic_store(&p->bytes, 0);
	atomic_store(&p->records, 0);
	atomic_store(&p->failures, 0);
}

void scan_run(const struct scan_plan *plan, struct paths *paths, struct diag *diag, struct scan_result *out)
{
	struct scan_progress unseen = { 0 }, *progress = plan->progress != NULL ? plan->progress : &unseen;
	struct diag *said = diag_new();

	if (!read_all(plan, paths, !speaks(plan), progress, said, out)) {
		scan_result_free(out, plan);
		diag_free(said);
		said = diag_new();
		paths_rewind(paths);
		progress_from_start(progress);
		read_all(plan, paths, false, progress, said, out);
	}
	diag_move(diag, said);
}

void scan_result_free(struct scan_result *r, const struct scan_plan *plan)
{
	for (size_t i = 0; i < plan->n_wishes; i++)
		if (r->kept[i] != NULL)
			plan->wishes[i].kind->free(r->kept[i]);
	copies_free(r->copies);
}
