/*
 * turn.h - one worker at a time has its turn with a source; the others wait, for their own or for what it hands them.
 *
 * Whoever has to decode keeps its turn while others wait, and hands them what it has made: a thread that has to be woken first would leave
 * the decoder idle. The lock is held only to begin and end turns, with no other one.
 */
#ifndef DPSLOG_SCAN_TURN_H
#define DPSLOG_SCAN_TURN_H

#include <pthread.h>
#include <stdbool.h>

/* Of a thread, which waits in one place at a time. */
struct turn_waiter {
	struct turn_waiter *next;
	enum { TURN_WAITS, TURN_FREE, TURN_HANDED } state; /* it may be free; something was handed over */
	pthread_cond_t told;
};

/* Of a source. */
struct turn {
	pthread_mutex_t lock;
	bool busy;                   /* somebody's */
	struct turn_waiter *waiting;
};

void turn_init(struct turn *t);
/* Nobody has it or waits. */
void turn_free(struct turn *t);
void turn_waiter_init(struct turn_waiter *w);
void turn_waiter_free(struct turn_waiter *w);

/* True: the turn is the caller's, who ends it. False: something was handed to it instead. */
bool turn_await(struct turn *t, struct turn_waiter *w);
/*
 * Ends a turn, and one that waits is told. If something may be handed over and somebody waits, `hand` is called with that one, and the turn
 * goes on: false.
 */
bool turn_end(struct turn *t, bool may_hand, void (*hand)(void *ctx, struct turn_waiter *to), void *ctx);

#endif
