/*
 * turn.c - the last who came is told first: what it needs is most likely still in its cache. Who is told that a turn is free asks again: one
 * that runs already need not wait for it to wake.
 */
#include "scan/turn.h"

void turn_init(struct turn *t)
{
	*t = (struct turn){ .busy = false };
	pthread_mutex_init(&t->lock, NULL);
}

void turn_free(struct turn *t)
{
	pthread_mutex_destroy(&t->lock);
}

void turn_waiter_init(struct turn_waiter *w)
{
	pthread_cond_init(&w->told, NULL);
}

void turn_waiter_free(struct turn_waiter *w)
{
	pthread_cond_destroy(&w->told);
}

/* Until it is told. Under the lock. */
static void wait_in_line(struct turn *t, struct turn_waiter *w)
{
	w->state = TURN_WAITS;
	w->next = t->waiting;
	t->waiting = w;
	while (w->state == TURN_WAITS)
		pthread_cond_wait(&w->told, &t->lock);
}

bool turn_await(struct turn *t, struct turn_waiter *w)
{
	bool handed = false;

	pthread_mutex_lock(&t->lock);
	while (t->busy && !handed) {
		wait_in_line(t, w);
		handed = w->state == TURN_HANDED;
	}
	t->busy |= !handed; /* what was handed over ends nothing and begins nothing */
	pthread_mutex_unlock(&t->lock);
	return !handed;
}

bool turn_end(struct turn *t, bool may_hand, void (*hand)(void *ctx, struct turn_waiter *to), void *ctx)
{
	pthread_mutex_lock(&t->lock);
	struct turn_waiter *const other = t->waiting;
	const bool hands = may_hand && other != NULL;

	t->busy = hands;
	if (other != NULL) {
		t->waiting = other->next;
		other->state = hands ? TURN_HANDED : TURN_FREE;
		if (hands)
			hand(ctx, other);
		pthread_cond_signal(&other->told);
	}
	pthread_mutex_unlock(&t->lock);
	return !hands;
}
