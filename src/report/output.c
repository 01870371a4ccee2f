/*
 * output.c - buffered writing with one remembered error.
 *
 * Half a result that looks like a whole one is worse than none, so a regular file is written under another name and renamed
 * at the end. What is there and is no regular file (/dev/null, a named pipe) cannot be replaced, only written to.
 */
#include "report/output.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/io.h"
#include "base/mem.h"

enum { OUTPUT_WORTH = 64 * 1024 };

static bool output_fail(struct output *out, int error)
{
	if (out->error == 0)
		out->error = error;
	return false;
}

static bool output_open_in_place(struct output *out, const char *path)
{
	out->fd = io_open_write(path);
	if (out->fd < 0)
		return output_fail(out, errno);
	out->owned = true;
	return true;
}

bool output_open(struct output *out, const char *path)
{
	*out = (struct output){ .fd = -1 };
	if (path == NULL || strcmp(path, "-") == 0) {
		out->fd = STDOUT_FILENO;
		return true;
	}
	out->fd = io_create_for(path, &out->temporary);
	if (out->fd < 0)
		return errno == ENOTSUP ? output_open_in_place(out, path) : output_fail(out, errno);
	out->path = mem_strdup(path);
	return true;
}

static void output_write(struct output *out)
{
	if (out->error == 0 && out->text.n > 0 && io_write_all(out->fd, out->text.p, out->text.n) != 0)
		output_fail(out, errno);
	out->text.n = 0;
}

void output_pass(struct output *out)
{
	if (out->text.n >= OUTPUT_WORTH)
		output_write(out);
}

void output_line(struct output *out)
{
	buf_byte(&out->text, '\n');
	output_pass(out);
}

static void output_release(struct output *out)
{
	buf_free(&out->text);
	free(out->path);
	out->path = NULL;
	out->temporary = NULL;
	out->fd = -1;
}

/*
 * Some file systems tell of a failed write only when a descriptor is closed. Standard output is asked through a copy: it
 * stays open, so that no file opened later takes its number.
 */
static int output_close_in_place(const struct output *out)
{
	int fd = out->owned ? out->fd : io_duplicate(out->fd);

	return fd < 0 ? -1 : io_close(fd);
}

int output_close(struct output *out)
{
	output_write(out);
	if (out->error != 0) {
		output_discard(out);
		return out->error;
	}
	if (out->temporary != NULL) {
		if (io_commit(out->fd, out->temporary, out->path) != 0)
			output_fail(out, errno);
	} else if (output_close_in_place(out) != 0) {
		output_fail(out, errno);
	}
	output_release(out);
	return out->error;
}

void output_discard(struct output *out)
{
	if (out->temporary != NULL)
		io_discard(out->fd, out->temporary);
	else if (out->fd >= 0 && out->owned)
		io_close(out->fd);
	output_release(out);
}
