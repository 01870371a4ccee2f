/*
 * test_turn.c - one at a time has its turn; what is handed over or kept is taken once; nobody is left waiting.
 */
#include <criterion/criterion.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "scan/turn.h"

enum { THREADS = 6, THINGS = 20000 };

/* What may be done with things besides taking them. */
enum mode { ALONE, HANDING, KEEPING };

struct store {
	struct turn turn;
	unsigned next;                /* thing; of the one whose turn it is, as `inside` */
	bool inside;
	enum mode mode;
	_Atomic unsigned taken[THINGS];
	_Atomic unsigned others;      /* things taken by another than who made them */
};

struct taker {
	struct turn_waiter waiter;    /* its parcels are numbers of things */
	struct store *store;
	pthread_t thread;
};

static void make(struct turn_waiter *w, unsigned thing)
{
	if (w->parcel == NULL)
		w->parcel = mem_alloc(sizeof thing);
	*(unsigned *)w->parcel = thing;
}

static unsigned thing_of(const struct turn_waiter *w)
{
	return *(const unsigned *)w->parcel;
}

/* False: there is no further one. */
static bool take(struct taker *t)
{
	struct store *const s = t->store;
	bool taken, ended;

	if (!turn_await(&s->turn, &t->waiter)) {
		s->others++;
		return true;
	}
	do {
		cr_assert(!s->inside, "two have their turn");
		s->inside = true;
		taken = s->next < THINGS;
		if (taken)
			make(&t->waiter, s->next++);
		if (s->next % 4 == 0)
			sched_yield(); /* long enough that others come and wait */
		s->inside = false;
		ended = turn_end(&s->turn, &t->waiter, taken && s->mode >= HANDING, s->mode == KEEPING);
	} while (!ended);
	return taken || turn_take_kept(&s->turn, &t->waiter);
}

static void *work(void *arg)
{
	struct taker *t = arg;

	while (take(t)) {
		t->store->taken[thing_of(&t->waiter)]++;
		for (unsigned i = 0; i < 20; i++)
			sched_yield(); /* or nothing would have to be kept */
	}
	return NULL;
}

static void take_all(enum mode mode)
{
	static struct store s;
	struct taker takers[THREADS];

	s = (struct store){ .mode = mode };
	turn_init(&s.turn);
	for (unsigned i = 0; i < THREADS; i++) {
		takers[i] = (struct taker){ .store = &s };
		turn_waiter_init(&takers[i].waiter);
		cr_assert_eq(pthread_create(&takers[i].thread, NULL, work, &takers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(takers[i].thread, NULL);
		free(takers[i].waiter.parcel);
		turn_waiter_free(&takers[i].waiter);
	}
	for (unsigned i = 0; i < THINGS; i++)
		cr_assert_eq(s.taken[i], 1, "thing %u is taken %u times", i, s.taken[i]);
	cr_expect_eq(mode >= HANDING, s.others > 0, "%u things changed hands", s.others);
	cr_expect(!s.turn.busy && s.turn.waiting == NULL && !s.turn.keeps);
	void *const room = turn_free(&s.turn);

	cr_expect_eq(mode == KEEPING, room != NULL, "something was kept");
	free(room);
}

Test(turn, everything_is_taken_once)
{
	take_all(ALONE);
	take_all(HANDING);
	take_all(KEEPING);
}

/* Who is alone keeps nothing; where others come one thing is kept, and taken before anything else. */
Test(turn, what_is_kept_is_taken_first)
{
	struct turn_waiter w;
	struct turn t;

	turn_init(&t);
	turn_waiter_init(&w);
	cr_assert(turn_await(&t, &w));
	make(&w, 1);
	cr_expect(turn_end(&t, &w, true, true), "nobody else ever came");
	t.shared = true;
	for (unsigned round = 0; round < 4; round++) {
		cr_assert(turn_await(&t, &w));
		make(&w, round);
		cr_expect(!turn_end(&t, &w, true, true), "the turn goes on");
		cr_expect(t.busy);
		make(&w, 77);
		cr_expect(turn_end(&t, &w, true, true), "no more than that is kept");
		cr_expect_eq(thing_of(&w), 77);
		cr_assert(round % 2 == 0 ? !turn_await(&t, &w) : turn_take_kept(&t, &w));
		cr_expect_eq(thing_of(&w), round);
		cr_expect(!turn_take_kept(&t, &w));
		cr_expect(!t.busy, "what is kept is no turn");
	}
	cr_assert(turn_await(&t, &w));
	make(&w, 5);
	cr_expect(turn_end(&t, &w, true, false), "it may not be kept");
	cr_expect_eq(thing_of(&w), 5);
	free(w.parcel);
	turn_waiter_free(&w);
	free(turn_free(&t));
}

static void *wait_for_one(void *arg)
{
	struct taker *t = arg;

	cr_expect(!turn_await(&t->store->turn, &t->waiter), "the turn is the other's");
	return NULL;
}

/* One has the turn, the other waits: it gets something, or the turn when that is over. */
static void hand_one(void)
{
	static struct store s;
	struct taker first = { .store = &s }, second = { .store = &s };
	bool waits = false;

	s = (struct store){ 0 };
	turn_init(&s.turn);
	turn_waiter_init(&first.waiter);
	turn_waiter_init(&second.waiter);
	cr_assert(turn_await(&s.turn, &first.waiter));
	cr_assert_eq(pthread_create(&second.thread, NULL, wait_for_one, &second), 0);
	while (!waits) {
		pthread_mutex_lock(&s.turn.lock);
		waits = s.turn.waiting == &second.waiter;
		pthread_mutex_unlock(&s.turn.lock);
	}
	make(&first.waiter, 7);
	cr_expect(!turn_end(&s.turn, &first.waiter, true, false), "the turn goes on");
	cr_expect(s.turn.busy);
	cr_expect(turn_end(&s.turn, &first.waiter, true, false), "nobody waits");
	pthread_join(second.thread, NULL);
	cr_expect_eq(thing_of(&second.waiter), 7);
	cr_expect(!s.turn.busy, "what is handed over is no turn");
	free(first.waiter.parcel);
	free(second.waiter.parcel);
	turn_waiter_free(&first.waiter);
	turn_waiter_free(&second.waiter);
	free(turn_free(&s.turn));
}

/* Again and again, since the other may wake before the turn is over or after it. */
Test(turn, what_is_handed_over_is_no_turn)
{
	for (unsigned i = 0; i < 500; i++)
		hand_one();
}
