/*
 * message.h - thousands of texts as a dozen templates: the variable parts of a message replaced.
 *
 * dpslog-records(7), MESSAGES, has the rules: <device> <str> <guid> <time> <ip> <n>, tried in this order at each place from the left.
 */
#ifndef DPSLOG_RECORD_MESSAGE_H
#define DPSLOG_RECORD_MESSAGE_H

#include "base/buf.h"

/* Appends the template of text to out; device is the record's device id (may be empty). Linear in text. */
void message_template(struct slice text, struct slice device, struct buf *out);

#endif
