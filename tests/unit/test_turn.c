/*
 * test_turn.c - one at a time has its turn; what is handed over comes to one that waits, once; nobody is left waiting.
 */
#include <criterion/criterion.h>
#include <stdatomic.h>

#include "scan/turn.h"

enum { THREADS = 6, THINGS = 20000 };

struct store {
	struct turn turn;
	unsigned next;                /* thing; of the one whose turn it is, as `inside` */
	bool inside;
	bool hands;                   /* things may be handed over */
	_Atomic unsigned taken[THINGS];
	_Atomic unsigned handed;
};

struct taker {
	struct turn_waiter waiter;
	struct store *store;
	unsigned thing;
	pthread_t thread;
};

static void hand(void *ctx, struct turn_waiter *to)
{
	struct taker *const from = ctx;

	((struct taker *)to)->thing = from->thing;
	from->thing = THINGS;
	from->store->handed++;
}

/* False: there is no further one. */
static bool take(struct taker *t)
{
	struct store *const s = t->store;
	bool taken;

	if (!turn_await(&s->turn, &t->waiter))
		return true;
	do {
		cr_assert(!s->inside, "two have their turn");
		s->inside = true;
		taken = s->next < THINGS;
		if (taken)
			t->thing = s->next++;
		s->inside = false;
	} while (!turn_end(&s->turn, taken && s->hands, hand, t));
	return taken;
}

static void *work(void *arg)
{
	struct taker *t = arg;

	while (take(t))
		t->store->taken[t->thing]++;
	return NULL;
}

static void take_all(bool hands)
{
	static struct store s;
	struct taker takers[THREADS];

	s = (struct store){ .hands = hands };
	turn_init(&s.turn);
	for (unsigned i = 0; i < THREADS; i++) {
		takers[i] = (struct taker){ .store = &s };
		turn_waiter_init(&takers[i].waiter);
		cr_assert_eq(pthread_create(&takers[i].thread, NULL, work, &takers[i]), 0);
	}
	for (unsigned i = 0; i < THREADS; i++) {
		pthread_join(takers[i].thread, NULL);
		turn_waiter_free(&takers[i].waiter);
	}
	for (unsigned i = 0; i < THINGS; i++)
		cr_assert_eq(s.taken[i], 1, "thing %u is taken %u times", i, s.taken[i]);
	cr_expect(hands || s.handed == 0);
	cr_expect(!s.turn.busy && s.turn.waiting == NULL);
	turn_free(&s.turn);
}

Test(turn, everything_is_taken_once)
{
	take_all(false);
	take_all(true);
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
	struct taker first = { .store = &s, .thing = 7 }, second = { .store = &s };
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
	cr_expect(!turn_end(&s.turn, true, hand, &first), "the turn goes on");
	cr_expect(s.turn.busy);
	cr_expect(turn_end(&s.turn, true, hand, &first), "nobody waits");
	pthread_join(second.thread, NULL);
	cr_expect_eq(second.thing, 7);
	cr_expect(!s.turn.busy, "what is handed over is no turn");
	turn_waiter_free(&first.waiter);
	turn_waiter_free(&second.waiter);
	turn_free(&s.turn);
}

/* Again and again, since the other may wake before the turn is over or after it. */
Test(turn, what_is_handed_over_is_no_turn)
{
	for (unsigned i = 0; i < 500; i++)
		hand_one();
}
