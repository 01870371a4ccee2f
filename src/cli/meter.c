/*
 * meter.c - how far the reading is.
 */
#include "cli/meter.h"

#include <errno.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include "base/io.h"
#include "base/time.h"
#include "report/number.h"

/* Who is done at once is not bothered; eyes do not follow more than a few lines a second, and files of lines should stay short. */
#define FIRST_AFTER (TIME_SECOND / 2)
#define TERMINAL_EVERY (TIME_SECOND / 5)
#define LINES_EVERY (10 * TIME_SECOND)

/* ---- what is said ---- */

static void add_left(struct buf *out, const struct meter_state *s)
{
	const uint64_t rest = s->total - s->bytes;

	number_span(out, (int64_t)((double)s->us * (double)rest / (double)s->bytes));
	buf_str(out, " left");
}

/* Takes the part if it fits; false: that was all. */
static bool fits(struct buf *out, struct buf *part, size_t columns)
{
	const bool good = out->n + part->n <= columns;

	if (good)
		buf_slice(out, buf_view(part));
	part->n = 0;
	buf_str(part, ", ");
	return good;
}

static bool add_bytes(struct buf *out, struct buf *part, const struct meter_state *s, size_t columns)
{
	const bool known = s->total > 0 && s->bytes <= s->total;

	buf_str(part, "dpslog: ");
	if (s->what != NULL)
		buf_printf(part, "%s: ", s->what);
	number_bytes(part, s->bytes);
	if (known && !s->ended) {
		buf_str(part, " of ");
		number_bytes(part, s->total);
	}
	if (!fits(out, part, columns))
		return false;
	if (s->us > 0) {
		number_bytes(part, (uint64_t)((double)s->bytes * 1e6 / (double)s->us));
		buf_str(part, "/s");
		if (!fits(out, part, columns))
			return false;
	}
	if (s->ended)
		number_span(part, s->us);
	else if (known && s->bytes > 0)
		add_left(part, s);
	else
		return true;
	return fits(out, part, columns);
}

void meter_format(struct buf *out, const struct meter_state *s, size_t columns)
{
	struct buf part = BUF_INIT;

	if (add_bytes(out, &part, s, columns)) {
		number_of(&part, s->records, "record", "records");
		if (fits(out, &part, columns)) {
			number_of(&part, s->failures, "failure", "failures");
			fits(out, &part, columns);
		}
	}
	buf_free(&part);
}

/* ---- where it is said ---- */

static int64_t now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * TIME_SECOND + t.tv_nsec / 1000;
}

static struct meter_state state_of(struct meter *p)
{
	return (struct meter_state){
		.what = p->what, .bytes = atomic_load(&p->counts.bytes), .total = atomic_load(&p->counts.total),
		.records = atomic_load(&p->counts.records), .failures = atomic_load(&p->counts.failures),
		.us = now() - p->began, .ended = atomic_load(&p->ended),
	};
}

/* Over what stood there. Without escapes, so that any terminal will do. */
static void draw(struct meter *p)
{
	const struct meter_state state = state_of(p);
	struct buf text = BUF_INIT;

	buf_byte(&text, '\r');
	meter_format(&text, &state, p->columns);
	const size_t drawn = text.n - 1;

	for (size_t i = drawn; i < p->drawn; i++)
		buf_byte(&text, ' ');
	p->drawn = drawn;
	(void)io_write_all(STDERR_FILENO, text.p, text.n);
	buf_free(&text);
}

static void clear(struct meter *p, struct buf *text)
{
	if (p->drawn == 0)
		return;
	buf_byte(text, '\r');
	for (size_t i = 0; i < p->drawn; i++)
		buf_byte(text, ' ');
	buf_byte(text, '\r');
	p->drawn = 0;
}

static void say(struct meter *p)
{
	const struct meter_state state = state_of(p);
	struct buf text = BUF_INIT, line = BUF_INIT;

	clear(p, &text);
	meter_format(&line, &state, SIZE_MAX);
	buf_slice(&text, buf_view(&line));
	buf_byte(&text, '\n');
	(void)io_write_all(STDERR_FILENO, text.p, text.n);
	buf_free(&line);
	buf_free(&text);
}

/* ---- when ---- */

/* True if SIGUSR1 came within so many microseconds; without end if negative. */
static bool asked_within(int64_t us)
{
	const struct timespec t = { us / TIME_SECOND, us % TIME_SECOND * 1000 };
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	return (us < 0 ? sigwaitinfo(&set, NULL) : sigtimedwait(&set, NULL, &t)) == SIGUSR1;
}

static void *watch(void *arg)
{
	struct meter *p = arg;
	const int64_t every = p->to_terminal ? TERMINAL_EVERY : LINES_EVERY;
	int64_t next = p->began + FIRST_AFTER;

	for (;;) {
		const int64_t wait = next - now();
		const bool asked = asked_within(!p->shown ? -1 : wait > 0 ? wait : 0);

		if (atomic_load(&p->ended))
			break;
		if (asked) {
			atomic_store(&p->counts.total_wanted, true);
			say(p);
		}
		if (!p->shown || now() < next)
			continue;
		if (p->to_terminal)
			draw(p);
		else
			say(p);
		next = now() + every;
	}
	return NULL;
}

static bool is_shown(const struct options *o, bool written)
{
	if (written && o->to_terminal && o->terminal.err)
		return false;
	return o->progress == WHEN_ALWAYS || (o->progress == WHEN_AUTO && o->terminal.err && o->level != VERBOSITY_QUIET);
}

/* A thread that cannot be had is done without. */
static void start(struct scan_progress *counts)
{
	struct meter *p = (struct meter *)counts;

	p->running = pthread_create(&p->thread, NULL, watch, p) == 0;
}

void meter_begin(struct meter *p, const struct options *o, const char *what, bool written)
{
	*p = (struct meter){ .what = what, .shown = is_shown(o, written), .to_terminal = o->terminal.err, .began = now() };
	/* The last column stays free: some terminals go to the next line when it is written. */
	p->columns = o->terminal.err_columns - 1;
	atomic_store(&p->counts.total_wanted, p->shown);
	/* A thread is a tenth of what it takes to start: who may only be asked has none before there is something to wait for. */
	if (p->shown)
		start(&p->counts);
	else
		p->counts.lasting = start;
}

void meter_end(struct meter *p)
{
	atomic_store(&p->ended, true);
	if (p->running) {
		pthread_kill(p->thread, SIGUSR1);
		pthread_join(p->thread, NULL);
	}
	p->running = false;
	if (p->shown && !p->to_terminal) {
		say(p);
		return;
	}
	struct buf text = BUF_INIT;

	clear(p, &text);
	(void)io_write_all(STDERR_FILENO, text.p, text.n);
	buf_free(&text);
}
