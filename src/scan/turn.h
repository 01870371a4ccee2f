/*
 * turn.h - one worker at a time has its turn with a source; the others wait, for their own or for what it hands them.
 *
 * Whoever has to decode keeps its turn while others wait, and hands them what it has made: a thread that has to be woken first would leave
 * the decoder idle. One parcel that nobody waits for yet is kept for the next who comes, so that few have to wait at all. The lock is held only to
 * begin and end turns, with no other one.
 */
#ifndef DPSLOG_SCAN_TURN_H
#define DPSLOG_SCAN_TURN_H

#include <pthread.h>
#include <stdbool.h>

/* Of a thread, which waits in one place at a time. */
struct turn_waiter {
	struct turn_waiter *next;
	enum { TURN_WAITS, TURN_FREE, TURN_HANDED } state; /* it may be free; something was handed over */
	void *parcel;                /* the caller's: what it has taken, or room for it; NULL: neither */
	pthread_cond_t told;
};

/* Of a source. */
struct turn {
	pthread_mutex_t lock;
	bool busy;                   /* somebody's */
	bool shared;                 /* somebody had to wait: others come */
	struct turn_waiter *waiting;
	bool keeps;                  /* a parcel that is to be taken */
	void *kept;                  /* it, or room for one, or NULL */
};

void turn_init(struct turn *t);
/* Nobody has it or waits, nothing is kept. The room for a parcel that is left, or NULL, is the caller's. */
void *turn_free(struct turn *t);
void turn_waiter_init(struct turn_waiter *w);
void turn_waiter_free(struct turn_waiter *w);

/* True: the turn is the caller's, who ends it. False: something was taken instead, and is its parcel now. */
bool turn_await(struct turn *t, struct turn_waiter *w);
/*
 * Ends a turn, and one that waits is told. If its parcel may be handed over and somebody waits, it is that one's; if it may be kept, too, others come, and
 * no other is kept, it is: then the turn goes on with another parcel: false.
 */
bool turn_end(struct turn *t, struct turn_waiter *w, bool may_hand, bool may_keep);
/* Takes what is kept; false: nothing is. */
bool turn_take_kept(struct turn *t, struct turn_waiter *w);

#endif
