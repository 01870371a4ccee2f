/*
 * emit.c - a queue of lanes, and in each the texts that wait for the block before them.
 */
#include "scan/emit.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

struct waiting {
	struct waiting *next;
	uint64_t number;
	struct buf text;
};

struct lane {
	struct lane *next;
	uint64_t taken, out;       /* blocks: numbers are given up to `taken`, and those before `out` are out */
	bool ended;
	struct waiting *first, *last; /* by number */
};

struct emitter {
	pthread_mutex_t lock;
	pthread_cond_t moved;      /* the head, or the window */
	struct emit_sink sink;
	size_t held;               /* bytes that wait, with what it costs to hold them */
	struct lane *head, *tail;
	bool failed;
};

struct emitter *emitter_new(struct emit_sink sink)
{
	struct emitter *e = mem_zalloc(sizeof *e);

	e->sink = sink;
	pthread_mutex_init(&e->lock, NULL);
	pthread_cond_init(&e->moved, NULL);
	return e;
}

static void drop_first(struct emitter *e, struct lane *lane)
{
	struct waiting *w = lane->first;

	lane->first = w->next;
	if (lane->first == NULL)
		lane->last = NULL;
	e->held -= sizeof *w + w->text.cap;
	buf_free(&w->text);
	free(w);
}

void emitter_free(struct emitter *e)
{
	while (e->head != NULL) {
		struct lane *lane = e->head;

		while (lane->first != NULL)
			drop_first(e, lane);
		e->head = lane->next;
		free(lane);
	}
	pthread_cond_destroy(&e->moved);
	pthread_mutex_destroy(&e->lock);
	free(e);
}

struct lane *emitter_lane(struct emitter *e)
{
	struct lane *lane = mem_zalloc(sizeof *lane);

	pthread_mutex_lock(&e->lock);
	if (e->head == NULL)
		e->head = lane;
	else
		e->tail->next = lane;
	e->tail = lane;
	e->held += sizeof *lane;
	pthread_mutex_unlock(&e->lock);
	return lane;
}

uint64_t emitter_take(struct emitter *e, struct lane *lane)
{
	pthread_mutex_lock(&e->lock);
	const uint64_t number = lane->taken++;

	pthread_mutex_unlock(&e->lock);
	return number;
}

static void say(struct emitter *e, struct slice text)
{
	if (!e->failed && text.n > 0)
		e->failed = !e->sink.write(e->sink.ctx, text);
}

/* Says all that nothing is missing before. Under the lock. */
static void move_on(struct emitter *e)
{
	while (e->head != NULL) {
		struct lane *head = e->head;

		while (head->first != NULL && head->first->number == head->out) {
			say(e, buf_view(&head->first->text));
			drop_first(e, head);
			head->out++;
		}
		if (!head->ended || head->out < head->taken)
			break;
		e->head = head->next;
		e->held -= sizeof *head;
		free(head);
	}
	pthread_cond_broadcast(&e->moved);
}

/* The text waits, in the order of numbers; mostly it is the last. */
static void hold(struct emitter *e, struct lane *lane, uint64_t number, struct buf *text)
{
	struct waiting *w = mem_alloc(sizeof *w);
	struct waiting **at = lane->last != NULL && lane->last->number < number ? &lane->last->next : &lane->first;

	while (*at != NULL && (*at)->number < number)
		at = &(*at)->next;
	*w = (struct waiting){ *at, number, *text };
	*at = w;
	if (w->next == NULL)
		lane->last = w;
	*text = BUF_INIT;
	e->held += sizeof *w + w->text.cap;
}

bool emitter_put(struct emitter *e, struct lane *lane, uint64_t number, struct buf *text)
{
	pthread_mutex_lock(&e->lock);
	if (lane == e->head && number == lane->out) {
		say(e, buf_view(text));
		text->n = 0; /* its memory serves the next block */
		lane->out++;
		move_on(e);
	} else {
		hold(e, lane, number, text);
	}
	const bool good = !e->failed;

	pthread_mutex_unlock(&e->lock);
	return good;
}

void emitter_end(struct emitter *e, struct lane *lane)
{
	pthread_mutex_lock(&e->lock);
	lane->ended = true;
	move_on(e);
	pthread_mutex_unlock(&e->lock);
}

/* Somebody works on the block that is due, or has taken all that there were. */
static bool head_is_served(const struct emitter *e)
{
	return e->head->taken > e->head->out || e->head->ended;
}

enum emit_advice emitter_admits(struct emitter *e, const struct lane *lane)
{
	enum emit_advice advice = EMIT_GO_ON;

	pthread_mutex_lock(&e->lock);
	while (e->held > e->sink.window && head_is_served(e))
		pthread_cond_wait(&e->moved, &e->lock);
	if (e->held > e->sink.window && lane != e->head)
		advice = EMIT_HELP_HEAD;
	pthread_mutex_unlock(&e->lock);
	return advice;
}

bool emitter_is_head(struct emitter *e, const struct lane *lane)
{
	pthread_mutex_lock(&e->lock);
	const bool is = e->head == lane;

	pthread_mutex_unlock(&e->lock);
	return is;
}
