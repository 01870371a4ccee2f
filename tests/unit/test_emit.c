/*
 * test_emit.c - what comes out of blocks that are worked on in any order, by several at once.
 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>

#include "scan/emit.h"

struct heard {
	struct buf text;
	size_t most; /* bytes that are taken before it fails */
};

static bool hear(void *ctx, struct slice text)
{
	struct heard *h = ctx;

	buf_slice(&h->text, text);
	return h->text.n <= h->most;
}

static struct emitter *emitter_to(struct heard *h, size_t window)
{
	*h = (struct heard){ .most = SIZE_MAX };
	return emitter_new((struct emit_sink){ hear, h, window });
}

static bool put(struct emitter *e, struct lane *lane, uint64_t number, const char *z)
{
	struct buf text = BUF_INIT;

	buf_str(&text, z);
	const bool good = emitter_put(e, lane, number, &text);

	cr_expect_eq(text.n, 0, "the text is taken over");
	buf_free(&text);
	return good;
}

static void expect_heard(struct heard *h, const char *z)
{
	cr_expect_str_eq(buf_cstr(&h->text), z);
}

Test(emit, blocks_of_a_lane_in_order)
{
	struct heard h;
	struct emitter *e = emitter_to(&h, 1000);
	struct lane *lane = emitter_lane(e);

	for (uint64_t i = 0; i < 5; i++)
		cr_expect_eq(emitter_take(e, lane), i);
	put(e, lane, 3, "d");
	put(e, lane, 1, "b");
	put(e, lane, 2, "");
	expect_heard(&h, "");
	put(e, lane, 0, "a");
	expect_heard(&h, "abd");
	put(e, lane, 4, "e");
	expect_heard(&h, "abde");
	emitter_end(e, lane);
	emitter_free(e);
	buf_free(&h.text);
}

Test(emit, lanes_in_the_order_in_which_they_were_opened)
{
	struct heard h;
	struct emitter *e = emitter_to(&h, 1000);
	struct lane *a = emitter_lane(e), *b = emitter_lane(e), *c = emitter_lane(e);

	emitter_take(e, c);
	put(e, c, 0, "c");
	emitter_end(e, c);
	emitter_take(e, a);
	emitter_take(e, b);
	put(e, b, 0, "b");
	emitter_end(e, a);
	expect_heard(&h, "");
	put(e, a, 0, "a"); /* the end of a lane can be known before its last block is out */
	expect_heard(&h, "ab");
	cr_expect(emitter_is_head(e, b));
	emitter_end(e, b);
	expect_heard(&h, "abc");
	emitter_free(e);
	buf_free(&h.text);
}

Test(emit, a_full_window_sends_to_the_head)
{
	struct heard h;
	struct emitter *e = emitter_to(&h, 600);
	struct lane *a = emitter_lane(e), *b = emitter_lane(e);
	char text[1000];

	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	cr_expect_eq(emitter_admits(e, b), EMIT_GO_ON);
	emitter_take(e, b);
	put(e, b, 0, text);
	cr_expect_eq(emitter_admits(e, b), EMIT_HELP_HEAD);
	cr_expect_eq(emitter_admits(e, a), EMIT_GO_ON);
	emitter_end(e, a);
	cr_expect_eq(h.text.n, sizeof text - 1);
	cr_expect_eq(emitter_admits(e, b), EMIT_GO_ON);
	emitter_end(e, b);
	emitter_free(e);
	buf_free(&h.text);
}

Test(emit, a_sink_that_fails_hears_no_more)
{
	struct heard h;
	struct emitter *e = emitter_to(&h, 1000);
	struct lane *lane = emitter_lane(e);

	h.most = 3;
	for (int i = 0; i < 4; i++)
		emitter_take(e, lane);
	cr_expect(put(e, lane, 0, "ab"));
	cr_expect_not(put(e, lane, 1, "cd"));
	cr_expect_not(put(e, lane, 2, "ef"));
	expect_heard(&h, "abcd");
	emitter_free(e); /* what waits is given back */
	buf_free(&h.text);
}

/* ---- several at once ---- */

enum { LANES = 40, BLOCKS = 50, WORKERS = 4 };

struct crowd {
	struct emitter *e;
	pthread_mutex_t lock;
	struct lane *lanes[LANES];
	unsigned next_lane, taken[LANES];
};

/* The lane whose blocks are due, if it has any left; else `mine`. Under the lock. */
static unsigned head_of(struct crowd *c, unsigned mine)
{
	for (unsigned i = 0; i < c->next_lane; i++)
		if (c->taken[i] < BLOCKS && emitter_is_head(c->e, c->lanes[i]))
			return i;
	return mine;
}

/* Works on a block of its lane, or of the head's. */
static void step(struct crowd *c, unsigned lane)
{
	struct buf text = BUF_INIT;
	const bool help = emitter_admits(c->e, c->lanes[lane]) == EMIT_HELP_HEAD;

	pthread_mutex_lock(&c->lock);
	if (help)
		lane = head_of(c, lane);
	if (c->taken[lane] == BLOCKS) {
		pthread_mutex_unlock(&c->lock);
		return;
	}
	const uint64_t number = emitter_take(c->e, c->lanes[lane]);

	if (++c->taken[lane] == BLOCKS)
		emitter_end(c->e, c->lanes[lane]);
	pthread_mutex_unlock(&c->lock);
	for (unsigned i = 0; i < (number * 7 + lane) % 20; i++)
		buf_printf(&text, "%02u.%02u ", lane, (unsigned)number);
	emitter_put(c->e, c->lanes[lane], number, &text);
	buf_free(&text);
}

static bool is_done(struct crowd *c, unsigned lane)
{
	pthread_mutex_lock(&c->lock);
	const bool done = c->taken[lane] == BLOCKS;

	pthread_mutex_unlock(&c->lock);
	return done;
}

static void *crowd_work(void *arg)
{
	struct crowd *c = arg;

	for (;;) {
		pthread_mutex_lock(&c->lock);
		const unsigned mine = c->next_lane;

		if (mine < LANES) {
			c->lanes[mine] = emitter_lane(c->e);
			c->next_lane++;
		}
		pthread_mutex_unlock(&c->lock);
		if (mine == LANES)
			return NULL;
		while (!is_done(c, mine))
			step(c, mine);
	}
}

Test(emit, several_workers_and_a_small_window)
{
	struct heard h;
	struct crowd c = { .e = emitter_to(&h, 2000), .lock = PTHREAD_MUTEX_INITIALIZER };
	pthread_t threads[WORKERS];
	struct buf expected = BUF_INIT;

	for (int i = 0; i < WORKERS; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, crowd_work, &c), 0);
	for (int i = 0; i < WORKERS; i++)
		pthread_join(threads[i], NULL);
	for (unsigned lane = 0; lane < LANES; lane++)
		for (unsigned number = 0; number < BLOCKS; number++)
			for (unsigned i = 0; i < (number * 7 + lane) % 20; i++)
				buf_printf(&expected, "%02u.%02u ", lane, number);
	cr_expect_str_eq(buf_cstr(&h.text), buf_cstr(&expected));
	emitter_free(c.e);
	buf_free(&h.text);
	buf_free(&expected);
}
