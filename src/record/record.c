/*
 * record.c - filling a record, and what its values mean.
 */
#include "record/record.h"

#include <stdlib.h>

#include "base/mem.h"
#include "record/message.h"

_Static_assert((int)SLOTS == (int)SLOTS_A_WORD, "a level is a word");

/* ---- filling ---- */

static bool is_none_word(struct slice s)
{
	return slice_eq(s, SLICE("None"));
}

static inline struct event_slot *value_at(struct record *r, int place)
{
	return &r->values[(unsigned)place];
}

static inline bool is_present(const struct record *r, int place)
{
	return (r->present[(unsigned)place / SLOTS] & FIELD_BIT((unsigned)place % SLOTS)) != 0;
}

/* Member by member: a value put together elsewhere and copied waits for its own parts. */
static inline void set(struct record *r, int place, struct slice text, enum json_type type, enum slot_state state)
{
	struct event_slot *const v = value_at(r, place);

	r->present[(unsigned)place / SLOTS] |= FIELD_BIT((unsigned)place % SLOTS);
	v->text.p = text.p;
	v->text.n = text.n;
	v->type = type;
	v->state = state;
}

/* Text with these ends has nothing to trim. */
static inline bool stands(char first, char last)
{
	return ((unsigned char)first > ' ') & ((unsigned char)last > ' ');
}

/* Where it is empty its ends are the quotes round it. */
static inline struct slice rough_text(const struct event_slot *v)
{
	return __builtin_expect(stands(v->text.p[0], v->text.p[v->text.n - 1]), true) ? v->text : slice_trim(v->text);
}

/* The text of a value that was not told. */
static inline struct slice text_of(const struct event_slot *v)
{
	return v->state == SLOT_ROUGH ? rough_text(v) : v->text;
}

/* It counts as a value among equal names: neither null, blank nor `None`. */
static bool is_valued(const struct event_slot *v)
{
	if (v->state == SLOT_TOLD || v->type != JSON_STRING)
		return v->type != JSON_NULL;
	const struct slice text = text_of(v);

	return text.n > 0 && !is_none_word(text);
}

/* Among equal names the last that has a value wins; if none has one, the last. */
static void put(struct record *r, int place, struct slice text, enum json_type type, enum slot_state state)
{
	const struct event_slot v = { text, type, state };

	if (!is_present(r, place) || is_valued(&v) || !is_valued(value_at(r, place)))
		set(r, place, text, type, state);
}

static void on_value(void *ctx, int place, enum json_type type, struct slice text, unsigned flags)
{
	struct record *r = ctx;

	if ((flags & TEXT_TOLD) == 0) {
		if (flags & TEXT_ESCAPED)
			text = json_unescape(text, &r->scratch);
		if (text.n > 0 && !stands(text.p[0], text.p[text.n - 1]))
			text = slice_trim(text);
		if (!(flags & (TEXT_STABLE | TEXT_ESCAPED)))
			text = arena_copy(&r->scratch, text);
	}
	put(r, place, text, type, flags & TEXT_TOLD ? SLOT_TOLD : SLOT_CLEAN);
}

/* A string that stands where it was read, as it stands there; an empty one between quotes. */
static inline void put_rough(struct record *r, int place, struct slice text)
{
	if (__builtin_expect(is_present(r, place), false))
		put(r, place, text, JSON_STRING, SLOT_ROUGH);
	else
		set(r, place, text, JSON_STRING, SLOT_ROUGH);
}

static void on_strings(void *ctx, const struct event_string *s, size_t n)
{
	struct record *r = ctx;

	for (size_t i = 0; i < n; i++)
		put_rough(r, s[i].place, s[i].text);
}

/* Always the same for the same: readers remember it. */
static int on_key(void *ctx, int level, struct slice name)
{
	const struct record *r = ctx;
	const int place = fields_place(r->fields, level, name);

	return place == F_RECORDS || place == F_TABLES ? PLACE_ENVELOPE : place;
}

static int on_embeds(void *ctx, int place)
{
	(void)ctx;
	return place == F_PROPERTIES ? AT_PROPERTIES : place == F_PROPERTIES_S ? AT_PROPERTIES_S : LEVEL_NOWHERE;
}

static void on_embedded(void *ctx, int level)
{
	((struct record *)ctx)->present[level] = 0;
}

static int on_element(void *ctx, size_t i)
{
	struct record *r = ctx;

	r->n_cells = i + 1;
	return i < r->columns->n ? r->columns->places[i] : PLACE_SKIP;
}

static int on_open(void *ctx, int place, enum json_type type)
{
	struct record *r = ctx;

	put(r, place, slice_of(NULL, 0), type, SLOT_CLEAN);
	if (type != JSON_OBJECT)
		return LEVEL_NOWHERE;
	switch (place) {
	case F_PROPERTIES:
		r->present[AT_PROPERTIES] = 0;
		return AT_PROPERTIES;
	case F_PROPERTIES_S:
		r->present[AT_PROPERTIES_S] = 0;
		return AT_PROPERTIES_S;
	case F_ADDITIONAL_PROPERTIES:
		r->present[AT_ADDITIONAL] = 0;
		return AT_ADDITIONAL;
	case F_ADDITIONAL_FIELDS:
		r->present[AT_TOP] &= ~FIELD_BIT(F_ADDITIONAL_PROPERTIES);
		return AT_ADDITIONAL_FIELDS;
	case F_DIMENSIONS:
		r->present[AT_DIMENSIONS] = 0;
		return AT_DIMENSIONS;
	default:
		return LEVEL_NOWHERE;
	}
}

static void on_again(void *ctx)
{
	struct record *r = ctx;

	switch (r->reading) {
	case AT_TOP:
	case LEVEL_NOWHERE: /* a row */
		memset(r->present, 0, sizeof r->present);
		return;
	case AT_ADDITIONAL_FIELDS:
		r->present[AT_TOP] &= ~FIELD_BIT(F_ADDITIONAL_PROPERTIES);
		r->present[AT_ADDITIONAL] = 0;
		return;
	default:
		r->present[r->reading] = 0;
	}
}

static enum read_status read_at(struct record *r, struct slice text, size_t room, int level, bool *repaired, struct read_error *error)
{
	r->reading = level;
	return reader_read_roomy(r->reader, text, room, level, &r->sink, repaired, error);
}

void record_init(struct record *r, const struct fields *fields, struct reader *reader)
{
	memset(r, 0, sizeof *r);
	r->fields = fields;
	r->reader = reader;
	r->sink = (struct event_sink){
		.key = on_key, .element = on_element, .value = on_value, .strings = on_strings, .slots = r->values, .present = r->present, .open = on_open, .embeds = on_embeds, .embedded = on_embedded,
		.again = on_again, .ctx = r, .fixed = true,
	};
}

void record_free(struct record *r)
{
	arena_free(&r->scratch);
	buf_free(&r->message);
	cells_free(&r->cells);
	for (size_t i = 0; i < RESOURCES_KEPT; i++)
		free(r->resources[i].text);
}

void record_begin(struct record *r)
{
	arena_reset(&r->scratch);
	reader_begin(r->reader);
	memset(r->present, 0, sizeof r->present);
	r->tabular = r->portal_dates = r->repaired = r->local_time = false;
	r->raw = slice_of(NULL, 0);
	r->columns = NULL;
	r->copies = slice_of(r->scratch.at, 0);
	r->copies_end = r->scratch.end;
}

enum read_status record_read(struct record *r, struct slice text, bool unwraps, struct read_error *error)
{
	r->sink.envelopes = unwraps;
	r->raw = text;
	return read_at(r, text, 0, AT_TOP, &r->repaired, error);
}

bool record_read_on_line(struct record *r, struct slice text, size_t *end)
{
	r->sink.envelopes = true;
	r->reading = AT_TOP;
	if (!reader_read_on_line(r->reader, text, AT_TOP, &r->sink, end))
		return false;
	r->raw = slice_of(text.p, *end);
	return true;
}

enum read_status record_read_row(struct record *r, struct slice text, const struct row_columns *columns,
                                 struct read_error *error)
{
	r->raw = text;
	r->columns = columns;
	r->n_cells = 0;
	r->tabular = true;
	const enum read_status status = read_at(r, text, 0, LEVEL_NOWHERE, &r->repaired, error);

	if (status == READ_OK && r->n_cells != columns->n) {
		*error = (struct read_error){ .reason = REASON_ROW_WIDTH };
		return READ_BAD;
	}
	return status;
}

void record_begin_cells(struct record *r, struct slice row, const struct row_columns *columns, enum date_order order)
{
	r->raw = row;
	r->columns = columns;
	r->tabular = true;
	r->portal_dates = true;
	r->date_order = order;
}

void record_take_cell(struct record *r, struct slice text, int place)
{
	if (text.n > 0) /* most are empty, and say no more than a column that is missing */
		put_rough(r, place, text);
}

void record_take_cells(struct record *r, const struct csv_row *row)
{
	const struct wanted_column *const end = r->columns->wanted + r->columns->n_wanted;
	const struct csv_row here = *row; /* what is put into the record cannot change it */

	for (const struct wanted_column *c = r->columns->wanted; c < end; c++) {
		const struct slice cell = csv_row_cell(&here, c->column);

		if (cell.n > 0)
			record_take_cell(r, csv_cell_text(cell, &r->scratch), c->place);
	}
}

const struct slice *record_cells(struct record *r)
{
	if (r->columns == NULL || r->columns->delimiter == '\0')
		return NULL;
	csv_cells(r->raw, r->columns->delimiter, &r->scratch, &r->cells);
	return r->cells.cell;
}

/* ---- asking ---- */

/*
 * The text of an object that was read in place. Asked for rarely, so not kept: the scratch is where it may lie until the next
 * record, and no part of what the record says.
 */
static struct slice told_text(const struct record *r, const struct event_slot *v)
{
	return slice_trim(json_unescape(v->text, (struct arena *)(uintptr_t)&r->scratch));
}

static inline struct slice get(const struct record *r, int level, int slot)
{
	const struct event_slot *v = &r->values[place_of(level, slot)];

	if ((r->present[level] & FIELD_BIT(slot)) == 0)
		return slice_of(NULL, 0);
	const struct slice text = __builtin_expect(v->state == SLOT_ROUGH, true) ? rough_text(v) : v->state == SLOT_TOLD ? told_text(r, v) : v->text;

	return __builtin_expect(r->tabular, false) && is_none_word(text) ? slice_of(NULL, 0) : text;
}

static inline struct slice field(const struct record *r, enum field f)
{
	return get(r, AT_TOP, (int)f);
}

struct slice record_field(const struct record *r, enum field f)
{
	return field(r, f);
}

/* Here, where most are asked for in vain. */
static inline struct slice member(const struct record *r, int slot)
{
	if (r->properties != LEVEL_NOWHERE) {
		const struct slice text = get(r, r->properties, slot);

		if (text.n > 0)
			return text;
	}
	return get(r, AT_COLUMNS, slot);
}

struct slice record_member(const struct record *r, int slot)
{
	return member(r, slot);
}

static struct slice either(struct slice a, struct slice b)
{
	return a.n > 0 ? a : b;
}

struct slice record_level(const struct record *r)
{
	return classify_level_name(r->outcome.level, record_field(r, F_LEVEL));
}

struct slice record_location(const struct record *r)
{
	return either(record_field(r, F_LOCATION), record_field(r, F_LOCATION_S));
}

struct slice record_caller_ip(const struct record *r)
{
	return either(record_field(r, F_CALLER_IP), record_member(r, P_MASKED_IP));
}

struct slice record_resource(struct record *r)
{
	const struct slice name = either(r->resource->id.name, record_field(r, F_RESOURCE));
	char *upper = arena_bytes(&r->scratch, name.n);

	for (size_t i = 0; i < name.n; i++)
		upper[i] = ascii_upper(name.p[i]);
	return slice_of(upper, name.n);
}

struct slice record_service(const struct record *r)
{
	switch (r->service) {
	case SERVICE_DPS:
		return SLICE("dps");
	case SERVICE_HUB:
		return SLICE("hub");
	default:
		return slice_of(NULL, 0);
	}
}

struct slice record_dimension(const struct record *r, struct dimension_slots slots)
{
	const struct slice inner = slots.inner < 0 ? slice_of(NULL, 0) : get(r, AT_DIMENSIONS, slots.inner);

	return inner.n > 0 || slots.top < 0 ? inner : get(r, AT_TOP, slots.top);
}

static inline struct slice id_of(const struct record *r)
{
	return either(field(r, F_RESOURCE_ID), field(r, F_RESOURCE_ID_LOWER));
}

struct slice record_id(const struct record *r)
{
	return id_of(r);
}

struct slice record_message(struct record *r)
{
	r->message.n = 0;
	message_template(either(r->outcome.result_description, r->outcome.error_message), r->device, &r->message);
	return buf_view(&r->message);
}

/* ---- meaning ---- */

/* What a reader may look at behind a text: a cell that had to be copied has room there, whatever was cut off from it. */
static size_t room_behind(const struct record *r, struct slice text)
{
	const uintptr_t copies = (uintptr_t)r->copies.p, at = (uintptr_t)text.p;

	return at >= copies && at < copies + r->copies.n ? csv_room(text.n) : 0;
}

/* Reads a string that should hold an object into a level; false if it does not. */
static bool read_inner(struct record *r, struct slice text, int level)
{
	struct read_error error;
	bool repaired = false;

	if (text.n == 0 || text.p[0] != '{')
		return false;
	const enum read_status status = read_at(r, text, room_behind(r, text), level, &repaired, &error);

	r->repaired |= status == READ_OK && repaired;
	return status == READ_OK;
}

/*
 * AdditionalFields as a string is read only when the other two aliases have no value. Where it is no object, what an earlier one of that
 * name said is void.
 */
static void read_additional(struct record *r)
{
	const struct event_slot *v = &r->values[place_of(AT_TOP, F_ADDITIONAL_FIELDS)];

	if ((r->present[AT_TOP] & FIELD_BIT(F_ADDITIONAL_FIELDS)) == 0 || v->type == JSON_OBJECT)
		return;
	r->present[AT_TOP] &= ~FIELD_BIT(F_ADDITIONAL_PROPERTIES);
	if (v->type == JSON_STRING && !read_inner(r, field(r, F_ADDITIONAL_FIELDS), AT_ADDITIONAL_FIELDS))
		r->present[AT_TOP] &= ~FIELD_BIT(F_ADDITIONAL_PROPERTIES);
}

/* WHO: the first alias of properties that is an object or a string with a value is the one, readable or not. */
static void find_properties(struct record *r)
{
	static const struct { enum field field; int level; } aliases[] = {
		{ F_PROPERTIES, AT_PROPERTIES },
		{ F_PROPERTIES_S, AT_PROPERTIES_S },
		{ F_ADDITIONAL_PROPERTIES, AT_ADDITIONAL },
	};

	r->properties = LEVEL_NOWHERE;
	r->properties_unreadable = false;
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
		if (aliases[i].field == F_ADDITIONAL_PROPERTIES)
			read_additional(r);
		if ((r->present[AT_TOP] & FIELD_BIT(aliases[i].field)) == 0)
			continue;
		const struct event_slot *v = &r->values[place_of(AT_TOP, (int)aliases[i].field)];
		if (v->type == JSON_OBJECT || v->state == SLOT_TOLD) {
			r->properties = aliases[i].level;
			return;
		}
		const struct slice text = field(r, aliases[i].field);

		if (v->type != JSON_STRING || text.n == 0)
			continue;
		r->present[aliases[i].level] = 0;
		if (read_inner(r, text, aliases[i].level))
			r->properties = aliases[i].level;
		else
			r->properties_unreadable = true;
		return;
	}
}

static enum service service_of_type(struct slice type)
{
	if (slice_is_word(type, "PROVISIONINGSERVICES"))
		return SERVICE_DPS;
	return slice_is_word(type, "IOTHUBS") ? SERVICE_HUB : SERVICE_NONE;
}

static bool is_ours(struct slice provider)
{
	return slice_is_word(provider, "MICROSOFT.DEVICES");
}

static bool is_resource(const struct resource_cache *c, struct slice text)
{
	return c->n == text.n && (text.n == 0 || memcmp(c->text, text.p, text.n) == 0);
}

static const struct resource_cache *take_apart(struct record *r, struct slice text)
{
	struct resource_cache *const c = &r->resources[r->next_resource];

	r->next_resource = (r->next_resource + 1) % RESOURCES_KEPT;
	if (c->cap < text.n) {
		c->cap = mem_grow(c->cap, text.n);
		c->text = mem_realloc(c->text, c->cap);
	}
	if (text.n > 0)
		memcpy(c->text, text.p, text.n);
	c->n = text.n;
	c->id = classify_resource_id(slice_of(c->text, c->n));
	c->ours = is_ours(c->id.provider);
	c->service = service_of_type(c->id.type);
	return c;
}

static const struct resource_cache *resource_of(struct record *r, struct slice text)
{
	if (__builtin_expect(r->resource != NULL && is_resource(r->resource, text), true))
		return r->resource;
	for (size_t i = 0; i < RESOURCES_KEPT; i++)
		if (is_resource(&r->resources[i], text))
			return &r->resources[i];
	return take_apart(r, text);
}

/* WHAT COUNTS. Also takes the resource id apart. */
static enum record_kind find_kind(struct record *r)
{
	const struct slice id = id_of(r);
	const struct resource_cache *resource = resource_of(r, id);

	r->resource = resource;
	if (field(r, F_METRIC_NAME).n > 0)
		return RECORD_METRIC;
	if (field(r, F_OPERATION_NAME).n == 0 && field(r, F_CATEGORY).n == 0 &&
	    field(r, F_RESULT_TYPE).n == 0)
		return RECORD_OTHER;
	if (id.n > 0)
		return resource->ours ? RECORD_LOG : RECORD_OTHER;
	const struct slice provider = field(r, F_RESOURCE_PROVIDER);

	return provider.n == 0 || is_ours(provider) ? RECORD_LOG : RECORD_OTHER;
}

static bool is_device_operations(struct slice category)
{
	return slice_is_word(category, "DeviceOperations");
}

static enum service find_service(const struct record *r)
{
	if (r->resource->id.type.n > 0)
		return r->resource->service;
	const struct slice type = field(r, F_RESOURCE_TYPE), category = field(r, F_CATEGORY);

	if (type.n > 0)
		return service_of_type(type);
	return is_device_operations(category) || slice_is_word(category, "ServiceOperations") ? SERVICE_DPS : SERVICE_HUB;
}

/* WHO: where properties.id is not taken for the device, it is the enrollment. */
static void find_device(struct record *r)
{
	const struct slice id = member(r, P_ID), type = member(r, P_TYPE);
	const bool id_is_device = slice_is_word(type, "Registration") ||
		(type.n == 0 && is_device_operations(field(r, F_CATEGORY)));
	static const enum field last[] = { F_DEVICE_ID, F_REGISTRATION_ID, F_DEVICE_ID_S, F_REGISTRATION_ID_S };

	r->device = either(member(r, P_DEVICE_ID), member(r, P_REGISTRATION_ID));
	r->enrollment = id;
	if (r->device.n == 0 && id_is_device) {
		r->device = id;
		r->enrollment = slice_of(NULL, 0);
	}
	for (size_t i = 0; r->device.n == 0 && i < sizeof last / sizeof *last; i++)
		r->device = field(r, last[i]);
}

static int64_t time_of(struct record *r, struct slice text)
{
	return r->portal_dates && time_may_be_portal(text) ? time_parse_portal_next(text, r->date_order, &r->portal_hour) :
	       time_parse_next(text, &r->minute);
}

/* TIMES: the first alias that has a value is the time, valid or not. */
static int64_t find_time(struct record *r)
{
	for (int f = F_TIME; f <= F_TIME_GENERATED_LOCAL; f++) {
		const struct slice text = field(r, (enum field)f);

		if (text.n == 0)
			continue;
		r->local_time = f == F_TIME_GENERATED_LOCAL;
		return time_of(r, text);
	}
	return TIME_NONE;
}

static void find_outcome(struct record *r)
{
	r->outcome = (struct outcome_fields){
		.level = classify_level(field(r, F_LEVEL)),
		.result_type = field(r, F_RESULT_TYPE),
		.result_signature = field(r, F_RESULT_SIGNATURE),
		.status_code = member(r, P_STATUS_CODE),
		.result_description = field(r, F_RESULT_DESCRIPTION),
		.error_message = member(r, P_ERROR_MESSAGE),
	};
	r->failure = classify_is_failure(&r->outcome);
	r->code = r->failure ? classify_code(&r->outcome) : slice_of(NULL, 0);
}

/* `dimensions` is an object, or a string that holds one; the last that has a value. */
static void find_dimensions(struct record *r)
{
	const struct event_slot *v = &r->values[place_of(AT_TOP, F_DIMENSIONS)];

	if ((r->present[AT_TOP] & FIELD_BIT(F_DIMENSIONS)) == 0 || v->type == JSON_OBJECT)
		return;
	r->present[AT_DIMENSIONS] = 0;
	if (v->type == JSON_STRING && !read_inner(r, text_of(v), AT_DIMENSIONS))
		r->present[AT_DIMENSIONS] = 0;
}

/* A metric record has neither properties nor a device nor an outcome, whatever it carries. */
static void finish_metric(struct record *r)
{
	r->properties = LEVEL_NOWHERE;
	r->properties_unreadable = false;
	r->present[AT_COLUMNS] = 0;
	r->device = r->enrollment = r->code = slice_of(NULL, 0);
	r->outcome = (struct outcome_fields){ .level = LEVEL_NONE };
	r->failure = false;
	find_dimensions(r);
}

void record_finish(struct record *r)
{
	static const uint64_t tabular = FIELD_BIT(F_TIME_GENERATED) | FIELD_BIT(F_TIME_GENERATED_UTC) |
		FIELD_BIT(F_TIME_GENERATED_LOCAL) | FIELD_BIT(F_TABLE_NAME);

	if (r->portal_dates && r->scratch.end == r->copies_end)
		r->copies.n = (size_t)(r->scratch.at - r->copies.p);
	r->tabular |= (r->present[AT_TOP] & tabular) != 0;
	r->kind = find_kind(r);
	if (r->kind == RECORD_OTHER)
		return;
	r->time = find_time(r);
	r->service = find_service(r);
	if (r->kind == RECORD_METRIC) {
		finish_metric(r);
		return;
	}
	find_properties(r);
	find_device(r);
	find_outcome(r);
}
