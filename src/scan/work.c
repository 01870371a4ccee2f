/*
 * work.c - reading the records of a block, and reading what is damaged once more.
 */
#include "scan/work.h"

#include "base/mem.h"
#include "base/utf8.h"
#include "scan/partial.h"

void worker_init(struct worker *w, const struct scan_plan *plan, const struct simd *simd, struct diag *diag)
{
	memset(w, 0, sizeof *w);
	w->plan = plan;
	w->diag = diag;
	w->reader = reader_new(plan->fast);
	record_init(&w->record, plan->fields, w->reader);
	w->cutter = (struct cutter){ simd, plan->max_record, !plan->fast, plan->fields, w->reader };
	w->n_kept = plan->survey ? 0 : plan->n_wishes;
	for (size_t i = 0; i < w->n_kept; i++)
		w->kept[i] = plan->wishes[i].kind->make(plan->wishes[i].plan);
	w->scratch = kql_scratch_new();
	w->selects_base = select_has_base(&plan->selection);
	w->selects_outcome = select_has_outcome(&plan->selection);
	w->newest = TIME_NONE;
	ledger_init(&w->ledger);
}

void worker_free(struct worker *w)
{
	record_free(&w->record);
	reader_free(w->reader);
	cells_free(&w->cells);
	csv_walk_free(&w->rows);
	kql_scratch_free(w->scratch);
	for (size_t i = 0; i < w->n_kept; i++)
		w->plan->wishes[i].kind->free(w->kept[i]);
}

void worker_settle(struct worker *w)
{
	for (size_t i = 0; i < w->n_kept; i++)
		if (w->plan->wishes[i].kind->settle != NULL)
			w->plan->wishes[i].kind->settle(w->kept[i]);
}

/* ---- counting ---- */

/* `at`: in the block's data. */
static void malformed(struct worker *w, size_t at, size_t n, enum reason reason, const char *text, uint64_t count)
{
	struct ledger *l = &w->ledger;

	l->malformed[reason] += count;
	if (reason == REASON_CUT_AT_END)
		l->cut += n;
	else
		l->malformed_bytes += n;
	w->accounted += n;
	if (count > 0)
		leaf_problem(w->block->leaf, reason, &(struct leaf_place){ w->block->byte, w->block->number, w->block->data.p, at },
		             text, count);
}

static inline bool passes_base(struct worker *w, struct record *r)
{
	return !w->selects_base || select_base(&w->plan->selection, r, w->scratch, &w->ledger.notes[NOTE_UNDECIDED]);
}

static inline bool passes_outcome(const struct worker *w, const struct record *r)
{
	return !w->selects_outcome || select_outcome(&w->plan->selection, r);
}

static void count_log(struct worker *w, struct record *r)
{
	struct ledger *l = &w->ledger;

	l->log++;
	l->notes[NOTE_REPAIRED] += r->repaired;
	l->notes[NOTE_NO_DEVICE] += r->device.n == 0;
	l->notes[NOTE_NO_CODE] += r->failure && r->code.n == 0;
	l->notes[NOTE_UNTIMED] += r->time == TIME_NONE;
	l->notes[NOTE_PROPERTIES_UNREADABLE] += r->properties_unreadable;
	if (r->time != TIME_NONE && r->time > w->newest)
		w->newest = r->time;
	const bool base = passes_base(w, r);
	const bool counted = base && passes_outcome(w, r);

	l->filtered += !counted;
	l->failures += counted && r->failure;
	l->successes += counted && !r->failure;
	for (size_t i = 0; base && i < w->n_kept; i++)
		w->plan->wishes[i].kind->add(w->kept[i], r, counted);
}

/* A metric record is selected by its time and by what it carries: it has no device and no outcome. Who takes none asks nobody. */
static void add_metric(struct worker *w, struct record *r)
{
	bool selected = false;

	for (size_t i = 0; i < w->n_kept; i++) {
		const struct accumulator_kind *kind = w->plan->wishes[i].kind;

		if (kind->add_metric == NULL)
			continue;
		if (!selected && (!passes_base(w, r) || !passes_outcome(w, r)))
			return;
		selected = true;
		kind->add_metric(w->kept[i], r);
	}
}

/* A record was read from n bytes of the block. */
static void count_record(struct worker *w, size_t n)
{
	struct record *r = &w->record;
	struct ledger *l = &w->ledger;

	record_finish(r);
	l->record_bytes += n;
	w->accounted += n;
	switch (r->kind) {
	case RECORD_OTHER:
		l->other++;
		return;
	case RECORD_METRIC:
		l->metric++;
		ledger_time(l, r->time);
		add_metric(w, r);
		return;
	case RECORD_LOG:
		ledger_time(l, r->time);
		count_log(w, r);
	}
	if (r->local_time && !w->block->leaf->said_local_time) {
		w->block->leaf->said_local_time = true; /* said twice, the sink keeps it once */
		leaf_note(w->block->leaf, w->diag, "times of \"TimeGenerated [Local Time]\" are read as UTC");
	}
}

/* ---- frames ---- */

/* Why a part of a block is framed by the worker. */
enum framing {
	FRAMING_RUN,      /* lines, or a line, for the first time */
	FRAMING_ENVELOPE, /* an object that turned out to be one */
	FRAMING_WINDOW    /* an object that the reader refused */
};

static void work_text(struct worker *w, size_t at, size_t n, enum text_end end, enum framing why);

/* An object: read, or an envelope after all, or damaged. `whole`: framing it again would only give it back. */
static void work_object(struct worker *w, size_t at, size_t n, bool final, bool whole)
{
	struct read_error error = { .reason = REASON_SYNTAX };

	record_begin(&w->record);
	switch (record_read(&w->record, slice_of(w->block->data.p + at, n), !final, &error)) {
	case READ_OK:
		count_record(w, n);
		return;
	case READ_ENVELOPE:
		work_text(w, at, n, TEXT_RUN_ENDS, FRAMING_ENVELOPE);
		return;
	case READ_BAD:
		break;
	}
	if (whole)
		malformed(w, at, n, error.reason, error.text, 1);
	else
		work_text(w, at, n, TEXT_RUN_ENDS, FRAMING_WINDOW);
}

static void work_scalar(struct worker *w, size_t at, size_t n)
{
	struct read_error error = { .reason = REASON_SYNTAX };
	bool repaired = false;

	reader_begin(w->reader);
	if (reader_read(w->reader, slice_of(w->block->data.p + at, n), LEVEL_NOWHERE, NULL, &repaired, &error) != READ_OK) {
		malformed(w, at, n, error.reason, error.text, 1);
		return;
	}
	w->ledger.other++;
	w->ledger.record_bytes += n;
	w->accounted += n;
}

static void work_row(struct worker *w, const struct block_frame *f)
{
	struct read_error error = { .reason = REASON_SYNTAX };

	if (f->columns == NULL) {
		malformed(w, f->at, f->n, REASON_SYNTAX, "a row of a table without columns before it", 1);
		return;
	}
	record_begin(&w->record);
	if (record_read_row(&w->record, slice_of(w->block->data.p + f->at, f->n), &f->columns->row, &error) == READ_OK)
		count_record(w, f->n);
	else
		malformed(w, f->at, f->n, error.reason, error.text, 1);
}

static void work_cells(struct worker *w, const struct block_frame *f)
{
	struct record *r = &w->record;
	struct slice row = slice_of(w->block->data.p + f->at, f->n);

	record_begin(r);
	row = reader_mend(w->reader, row, &r->repaired);
	csv_cells(row, f->columns->row.delimiter, &r->scratch, &w->cells);
	if (w->cells.n != f->columns->row.n) {
		const bool cut = w->block->end == TEXT_SOURCE_ENDS && f->at + f->n == w->block->data.n &&
			w->cells.n < f->columns->row.n;

		malformed(w, f->at, f->n, cut ? REASON_CUT_AT_END : REASON_ROW_WIDTH, NULL, 1);
		return;
	}
	if (w->block->leaf->guessed)
		dates_hear(&w->dates, w->cells.cell[f->columns->time]);
	record_begin_cells(r, row, &f->columns->row, w->block->leaf->date_order);
	for (size_t i = 0; i < f->columns->row.n_wanted; i++)
		record_take_cell(r, w->cells.cell[f->columns->row.wanted[i].column], f->columns->row.wanted[i].place);
	count_record(w, f->n);
}

/* What is left of an envelope without its elements must be JSON; a REST result may say that it is incomplete. */
static void work_outer(struct worker *w, const struct block_frame *f)
{
	struct read_error error;
	bool repaired = false;
	struct partial_result partial = { .arena = &w->record.scratch };

	if (f->outer.n == 0)
		return;
	record_begin(&w->record);
	const struct event_sink sink = partial_result_sink(&partial);

	if (reader_read(w->reader, f->outer, PARTIAL_LEVEL, &sink, &repaired, &error) != READ_OK) {
		malformed(w, f->at, 0, REASON_ENVELOPE, NULL, 1);
		return;
	}
	if (!partial.tables || !partial.error)
		return;
	w->ledger.notes[NOTE_PARTIAL_RESULTS]++;
	struct buf text = BUF_INIT;

	partial_result_tell(&partial, &text);
	leaf_note(w->block->leaf, w->diag, buf_cstr(&text));
	buf_free(&text);
}

static void work_frame(struct worker *w, const struct block_frame *f, bool whole)
{
	const char *p = w->block->data.p + f->at;

	switch ((enum frame_kind)f->kind) {
	case FRAME_VALUE:
		if (f->columns != NULL)
			work_cells(w, f);
		else if (*p == '{')
			work_object(w, f->at, f->n, f->final || whole, f->bounded || whole);
		else
			work_scalar(w, f->at, f->n);
		return;
	case FRAME_ROW:
		work_row(w, f);
		return;
	case FRAME_OUTER:
		work_outer(w, f);
		return;
	case FRAME_BAD:
		malformed(w, f->at, f->n, (enum reason)f->reason, f->text, f->count);
		return;
	case FRAME_COLUMNS:
		return;
	}
}

/*
 * Frames a part of the block. What comes back whole from an envelope or a window is not framed again. Each frame is worked on
 * with the opening of the value before it, as it is where frames are found in the source's turn.
 */
static void work_text(struct worker *w, size_t at, size_t n, enum text_end end, enum framing why)
{
	const struct slice text = slice_of(w->block->data.p + at, n);
	struct opening opening = w->opening;
	struct columns *columns = NULL;
	struct framer framer;
	struct frame f = { 0 };
	size_t i = 0;

	framer_init(&framer, w->cutter.simd, w->cutter.max_record, &opening);
	if (why == FRAMING_WINDOW)
		framer_set_window(&framer, n);
	while (framer_next(&framer, text, end, &i, &f) == FRAMER_FRAME) {
		if (f.kind == FRAME_COLUMNS) {
			columns_add(&columns, columns_from_json(slice_of(text.p + f.at, f.n), w->plan->fields, w->reader));
		} else {
			const struct block_frame b = block_frame_of(&f, at, columns);

			work_frame(w, &b, why != FRAMING_RUN && f.at == 0 && f.n == n);
		}
		w->opening = framer.opening;
		f = (struct frame){ 0 };
	}
	w->opening = why == FRAMING_RUN ? framer.opening : opening;
	framer_free(&framer);
	columns_free(columns);
}

/* ---- rows ---- */

/* The time cell of a row, as it stands there. */
static void hear_cell(struct worker *w, struct slice cell)
{
	if (!dates_know(&w->dates, cell))
		dates_hear(&w->dates, csv_cell_text(cell, &w->record.scratch));
}

/* As work_cells, but only the cells that are wanted are looked at. */
static void work_regular_row(struct worker *w, const struct csv_row *row, const struct columns *header)
{
	const struct row_columns *columns = &header->row;
	struct record *r = &w->record;

	if (row->n != columns->n) {
		malformed(w, row->at, row->text.n, REASON_ROW_WIDTH, NULL, 1);
		return;
	}
	record_begin(r);
	if (w->block->leaf->guessed)
		hear_cell(w, csv_row_cell(row, (size_t)header->time));
	record_begin_cells(r, row->text, columns, w->block->leaf->date_order);
	record_take_cells(r, row);
	count_record(w, row->text.n);
}

static void work_rows(struct worker *w)
{
	const struct columns *columns = w->block->columns;
	struct csv_row row;

	csv_walk_begin(&w->rows, w->cutter.simd, &w->block->map, w->block->data.p, CSV_CELLS);
	while (csv_walk_next(&w->rows, &row))
		if (row.high && !utf8_valid(row.text))
			work_cells(w, &(struct block_frame){ .at = row.at, .n = row.text.n, .columns = columns });
		else
			work_regular_row(w, &row, columns);
}

static void work_frames(struct worker *w)
{
	const struct block *b = w->block;

	for (size_t i = 0; i < b->n_frames; i++) {
		const struct block_frame *f = &b->frames[i];

		work_frame(w, f, false);
		if (f->kind == FRAME_VALUE && f->columns == NULL && b->data.p[f->at] == '{')
			opening_set(&w->opening, slice_of(b->data.p + f->at, f->n));
	}
}

/* ---- lines ---- */

/* The line without white space and commas at its end. */
static size_t bare(const char *p, size_t n)
{
	while (n > 0 && (ascii_is_space(p[n - 1]) || p[n - 1] == ','))
		n--;
	return n;
}

/* Behind the line end at p, if only commas and white space stand before it; NULL if not, or if the text ends. */
static const char *line_end(const char *p, const char *end)
{
	while (p < end && *p != '\n' && (ascii_is_space(*p) || *p == ','))
		p++;
	return p < end && *p == '\n' ? p + 1 : NULL;
}

/*
 * The ordinary: a line that is one object, read without looking for its end first. Behind it, or `at` if the line is anything
 * else or the last.
 */
static size_t work_ordinary_line(struct worker *w, size_t at)
{
	const struct slice rest = slice_of(w->block->data.p + at, w->block->data.n - at);
	size_t n;

	record_begin(&w->record);
	if (rest.p[0] != '{' || !record_read_on_line(&w->record, rest, &n))
		return at;
	const char *next = line_end(rest.p + n, rest.p + rest.n);

	if (next == NULL || (size_t)(next - rest.p) > w->cutter.max_record)
		return at;
	count_record(w, n);
	w->ordinary = slice_of(rest.p, n);
	return at + (size_t)(next - rest.p);
}

/* The opening before a line that is not ordinary is that of the ordinary one before it. */
static void settle_opening(struct worker *w)
{
	if (w->ordinary.n > 0)
		opening_of_unit(&w->opening, w->ordinary);
	w->ordinary.n = 0;
}

/* One object that the reader accepts is a line that stands for itself, without asking the scanner. */
static bool work_plain_line(struct worker *w, size_t at, size_t n)
{
	const char *p = w->block->data.p + at;
	struct read_error error;

	if (n > w->cutter.max_record || n == 0 || *p != '{')
		return false;
	n = bare(p, n);
	record_begin(&w->record);
	if (record_read(&w->record, slice_of(p, n), true, &error) != READ_OK)
		return false;
	count_record(w, n);
	opening_of_unit(&w->opening, slice_of(p, n));
	return true;
}

static uint32_t work_lines(struct worker *w)
{
	const struct slice data = buf_view(&w->block->data);
	uint32_t lines = 0;
	size_t run = 0; /* where the run of other lines began that ends before `at` */

	for (size_t at = 0; at < data.n;) {
		const size_t behind = run == at ? work_ordinary_line(w, at) : at;

		if (behind > at) {
			run = at = behind;
			lines++;
			continue;
		}
		settle_opening(w);
		const char *newline = memchr(data.p + at, '\n', data.n - at);
		const size_t n = newline == NULL ? data.n - at : (size_t)(newline - data.p) - at;
		const size_t next = at + n + (newline != NULL);

		lines += newline != NULL;
		if (run == at && work_plain_line(w, at, n)) {
			run = next;
		} else if (frame_is_unit(w->cutter.simd, slice_of(data.p + at, n), w->cutter.max_record)) {
			if (run < at)
				work_text(w, run, at - run, TEXT_RUN_ENDS, FRAMING_RUN);
			if (run == at || !work_plain_line(w, at, n))
				work_text(w, at, n, TEXT_RUN_ENDS, FRAMING_RUN);
			opening_of_unit(&w->opening, slice_of(data.p + at, n));
			run = next;
		}
		at = next;
	}
	settle_opening(w);
	if (run < data.n)
		work_text(w, run, data.n - run, w->block->end, FRAMING_RUN);
	return lines;
}

struct leaf_share worker_run(struct worker *w, const struct block *b)
{
	struct leaf_share share = { .block = b->number };
	const uint64_t logs = w->ledger.log;

	w->block = b;
	w->accounted = 0;
	w->opening = b->opening;
	w->ordinary.n = 0;
	w->dates = (struct dates){ 0 };
	reader_within(w->reader, buf_view(&b->data));
	switch (b->form) {
	case BLOCK_LINES:
		share.lines = work_lines(w);
		break;
	case BLOCK_ROWS:
		work_rows(w);
		share.lines = (uint32_t)b->map.newlines;
		break;
	case BLOCK_FRAMES:
		work_frames(w);
		share.lines = (uint32_t)w->cutter.simd->newlines(b->data.p, b->data.n);
		break;
	}
	reader_within(w->reader, slice_of(NULL, 0));
	w->ledger.decoded += b->data.n;
	w->ledger.between += b->data.n - w->accounted;
	share.dates = w->dates;
	if (!w->plan->survey && (w->compares || b->leaf->is_member)) /* copies are found in the reading that counts */
		content_add(&share.content, buf_view(&b->data), b->number, w->ledger.log - logs);
	return share;
}
