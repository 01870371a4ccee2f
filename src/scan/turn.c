/*
 * turn.c - the last who came is told first: what it needs is most likely still in its cache. Who is told that a turn is free asks again: one
 * that runs already need not wait for it to wake. A parcel is kept only while nobody waits, and nobody waits while one is kept: who takes it
 * instead of a turn leaves no one behind.
 */
#include "scan/turn.h"

void turn_init(struct turn *t)
{
	*t = (struct turn){ .busy = false };
	pthread_mutex_init(&t->lock, NULL);
}

void *turn_free(struct turn *t)
{
	pthread_mutex_destroy(&t->lock);
	return t->kept;
}

void turn_waiter_init(struct turn_waiter *w)
{
	*w = (struct turn_waiter){ .state = TURN_FREE };
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

static void exchange(void **a, void **b)
{
	void *const parcel = *a;

	*a = *b;
	*b = parcel;
}

/* Under the lock. */
static bool take_kept(struct turn *t, struct turn_waiter *w)
{
	if (!t->keeps)
		return false;
	exchange(&w->parcel, &t->kept);
	t->keeps = false;
	return true;
}

bool turn_take_kept(struct turn *t, struct turn_waiter *w)
{
	pthread_mutex_lock(&t->lock);
	const bool taken = take_kept(t, w);

	pthread_mutex_unlock(&t->lock);
	return taken;
}

bool turn_await(struct turn *t, struct turn_waiter *w)
{
	pthread_mutex_lock(&t->lock);
	bool taken = take_kept(t, w);

	while (!taken && t->busy) {
		t->shared = true;
		wait_in_line(t, w);
		taken = w->state == TURN_HANDED || take_kept(t, w);
	}
	t->busy |= !taken; /* what was handed over ends nothing and begins nothing */
	pthread_mutex_unlock(&t->lock);
	return !taken;
}

bool turn_end(struct turn *t, struct turn_waiter *w, bool may_hand, bool may_keep)
{
	pthread_mutex_lock(&t->lock);
	struct turn_waiter *const other = t->waiting;
	const bool hands = may_hand && other != NULL;
	const bool keeps = may_hand && may_keep && !hands && t->shared && !t->keeps;

	t->busy = hands || keeps;
	if (keeps) {
		exchange(&w->parcel, &t->kept);
		t->keeps = true;
	}
	if (other != NULL) {
		t->waiting = other->next;
		other->state = hands ? TURN_HANDED : TURN_FREE;
		if (hands)
			exchange(&w->parcel, &other->parcel);
		pthread_cond_signal(&other->told);
	}
	const bool ended = !t->busy;

	pthread_mutex_unlock(&t->lock);
	return ended;
}
