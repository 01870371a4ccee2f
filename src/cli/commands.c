/*
 * commands.c - the list of commands and the formats that they have among them.
 */
#include "cli/commands.h"

const struct format_entry format_table[FORMATS] = {
	[FORMAT_TEXT] = { "text", ".txt" },
	[FORMAT_TABLE] = { "table", ".txt" },
	[FORMAT_CSV] = { "csv", ".csv" },
	[FORMAT_JSON] = { "json", ".json" },
	[FORMAT_HTML] = { "html", ".html" },
	[FORMAT_ARM] = { "arm", NULL },
	[FORMAT_SVG] = { "svg", ".svg" },
};

const struct command *const command_table[] = {
	&command_summary,
	&command_failures,
	&command_devices,
	&command_compare,
	&command_history,
	&command_series,
	&command_alerts,
	&command_records,
	&command_explain,
	NULL,
};

const struct command *const command_default = &command_summary;

const struct command *command_find(struct slice name)
{
	for (size_t i = 0; command_table[i] != NULL; i++)
		if (slice_eq(name, slice_str(command_table[i]->name)))
			return command_table[i];
	return NULL;
}

void command_formats(struct buf *out, const struct command *c)
{
	bool first = true;

	for (unsigned f = 0; f < FORMATS; f++) {
		if ((c->formats & FORMAT_BIT(f)) == 0)
			continue;
		if (!first)
			buf_str(out, ", ");
		buf_str(out, format_table[f].name);
		first = false;
	}
}
