/*
 * test_message.c - each variable part of a message, what bounds it, and which of two that fit is taken.
 */
#include <criterion/criterion.h>

#include <stdlib.h>

#include "base/mem.h"
#include "record/message.h"

/* The text is read from a copy without a byte behind it, so that a sanitizer sees what is read beyond the end. */
static void expect_for(const char *device, const char *text, const char *want)
{
	struct buf out = BUF_INIT;
	const size_t n = strlen(text);
	char *exact = mem_alloc(n);

	memcpy(exact, text, n);
	message_template(slice_of(exact, n), slice_str(device), &out);
	cr_expect_str_eq(buf_cstr(&out), want, "%s: %s, not %s", text, out.p, want);
	buf_free(&out);
	free(exact);
}

static void expect(const char *text, const char *want)
{
	expect_for("", text, want);
}

Test(message, example)
{
	expect_for("press-0417", "401002: device press-0417 from 24.18.226.XXX was refused after 3 tries",
		"401002: device <device> from <ip> was refused after <n> tries");
	expect("", "");
	expect("no variable part", "no variable part");
}

Test(message, device)
{
	expect_for("dev-1", "dev-1", "<device>");
	expect_for("dev-1", "(dev-1)dev-1,dev-1.", "(<device>)<device>,<device>.");
	expect_for("dev-1", "xdev-1", "xdev-<n>");
	expect_for("dev-1", "dev-1x", "dev-<n>x");
	expect_for("dev-1", "dev-12", "dev-<n>");
	expect_for("dev-1", "Dev-1", "Dev-<n>");
	expect_for("dev-1", "dev-", "dev-");
	expect_for("401", "error 401", "error <device>");
	expect_for("'a'", "'a' 'b'", "<device> <str>");
	expect_for("10.0.0.1", "from 10.0.0.1:80", "from <device>:<n>");
	expect_for("\xC3\xBC", "x \xC3\xBC y\xC3\xBC", "x <device> y\xC3\xBC");
	expect_for("", "a", "a");
}

Test(message, str)
{
	expect("hub 'a b' is gone", "hub <str> is gone");
	expect("hub \"a b\" is gone", "hub <str> is gone");
	expect("'a \"b' c\"", "<str> c\"");
	expect("''", "<str>");
	expect("don't 'x' it's", "don't <str> it's");
	expect("'it's here'", "'it's here'");
	expect("('a')", "(<str>)");
	expect("x'a'", "x'a'");
	expect("'a'x", "'a'x");
	expect("'open", "'open");
	expect("{\"message\":\"a\"}", "{\"message\":\"a\"}");
	expect("x {\"message\":\"a\"}", "x {<str>:<str>}");
	expect("'4' 12", "<str> <n>");
}

Test(message, guid)
{
	expect("id 68952383-80c0-436f-A2E3-f8ae9a41c69d.", "id <guid>.");
	expect("{68952383-80c0-436f-a2e3-f8ae9a41c69d}", "{<guid>}");
	expect("0123456789abcdef", "<guid>");
	expect("deadbeefdeadbeefdeadbeef", "<guid>");
	expect("deadbeefdeadbee", "deadbeefdeadbee");
	expect("1234567890123456", "<guid>");
	expect("123456789012345", "<n>");
	expect("68952383-80c0-436f-a2e3-f8ae9a41c69", "<n>-<n>c<n>-436f-a<n>e<n>-f<n>ae<n>a<n>c<n>");
	expect("68952383-80c0-436f-a2e3-f8ae9a41c69dd", "<n>-<n>c<n>-436f-a<n>e<n>-f<n>ae<n>a<n>c<n>dd");
	expect("x0123456789abcdef", "x<n>abcdef");
	expect("0123456789abcdefg", "<n>abcdefg");
	expect("g-deadbeefdeadbeef-g", "g-<guid>-g");
	expect("deadbeef`deadbeef", "deadbeef`deadbeef");
	expect("deadbeef@deadbeef", "deadbeef@deadbeef");
	expect("DEADBEEFGDEADBEEF", "DEADBEEFGDEADBEEF");
}

Test(message, iso_time)
{
	expect("at 2026-11-02T03:14:07Z.", "at <time>.");
	expect("at 2026-11-02 03:14:07", "at <time>");
	expect("2026-11-02T03:14:07.1234567Z", "<time>");
	expect("2026-11-02T03:14:07.5+01:00", "<time>");
	expect("2026-11-02T03:14:07-23:59x", "<time>x");
	expect("2026-11-02T03:14:07.", "<time>.");
	expect("2026-11-02T03:14:07+1", "<time>+<n>");
	expect("99-2026-11-02T03:14:07Z", "<n>-<time>");
	expect("x2026-11-02T03:14:07Z", "x<n>-<n>-<n>T<n>:<n>:<n>Z");
	expect("2026-11-02T03:14", "<n>-<n>-<n>T<n>:<n>");
	expect("2026-11-02x03:14:07", "<n>-<n>-<n>x<n>:<n>:<n>");
	expect("2026-99-99T99:99:99", "<time>"); /* the shape is enough */
}

Test(message, portal_time)
{
	expect("at 1/2/2026, 3:04:05 AM!", "at <time>!");
	expect("11/12/2026, 13:04:05", "<time>");
	expect("11/12/2026 13:04:05.123", "<time>");
	expect("1/2/2026, 3:04:05.5\xE2\x80\xAFPM", "<time>");
	expect("1/2/2026, 3:04:05PM", "<time>");
	expect("1/2/2026, 3:04:05 XM", "<time> XM");
	expect("1/2/2026, 3:04:05  AM", "<time>  AM");
	expect("1/2/26, 3:04:05", "<n>/<n>/<n>, <n>:<n>:<n>");
	expect("1/2/2026,3:04:05", "<n>/<n>/<n>,<n>:<n>:<n>");
	expect("111/2/2026, 3:04:05", "<n>/<n>/<n>, <n>:<n>:<n>");
	expect("x1/2/2026, 3:04:05", "x<n>/<n>/<n>, <n>:<n>:<n>");
}

Test(message, ipv4)
{
	expect("from 10.0.0.1", "from <ip>");
	expect("from 24.18.226.XXX:44123,", "from <ip>,");
	expect("1.XXX.XXX.XXX", "<ip>");
	expect("XXX.1.1.1", "XXX.<n>.<n>.<n>");
	expect("999.999.999.999", "<ip>");
	expect("1.2.3", "<n>.<n>.<n>");
	expect("1.2.3.4.", "<ip>.");
	expect("1.2.3.4.5", "<n>.<n>.<n>.<n>.<n>");
	expect(".1.2.3.4", ".<n>.<n>.<n>.<n>");
	expect("v1.2.3.4", "v<n>.<n>.<n>.<n>");
	expect("1.2.3.4x", "<n>.<n>.<n>.<n>x");
	expect("1.2.3.XXXX", "<n>.<n>.<n>.XXXX");
	expect("1234.2.3.4", "<n>.<n>.<n>.<n>");
	expect("1.2.3.1234", "<n>.<n>.<n>.<n>");
	expect("1.2.3.4:", "<ip>:");
	expect("1.2.3.4:123456", "<ip>:<n>");
	expect("1.2.3.4:80x", "<ip>:<n>x");
	expect("1.2.3.4:80.5", "<ip>:<n>.<n>");
	expect("1.2.3.4:80.", "<ip>.");
}

Test(message, ipv6)
{
	expect("from fe80::1 on", "from <ip> on");
	expect("::1", "<ip>");
	expect("2001:db8::", "<ip>");
	expect("[2001:DB8::1]:8883", "[<ip>]:<n>");
	expect("1:2:3:4:5:6:7:8", "<ip>");
	expect("1:2:3:4:5:6:7", "<n>:<n>:<n>:<n>:<n>:<n>:<n>");
	expect("1:2:3:4:5:6:7:8:9", "<n>:<n>:<n>:<n>:<n>:<n>:<n>:<n>:<n>");
	expect("1:2:3:4:5:6:7:", "<n>:<n>:<n>:<n>:<n>:<n>:<n>:");
	expect("1::2::3", "<n>::<n>::<n>");
	expect(":::", ":::");
	expect("12345::1", "<n>::<n>");
	expect("fe80::1g", "fe<n>::<n>g");
	expect("std::string", "std::string");
	expect("g::1", "g::<n>");
	expect("12:30", "<n>:<n>");
}

Test(message, digits_and_codes)
{
	expect("after 3 tries, 12ms", "after <n> tries, <n>ms");
	expect("x86_64", "x<n>_<n>");
	expect("401 404104 429001 500", "401 404104 429001 500");
	expect("301 600 301002 4010 40100 4010021", "<n> <n> <n> <n> <n> <n>");
	expect("iothub404104", "iothub404104");
	expect("E401x", "E401x");
	expect("errorCode:401002", "errorCode:401002");
	expect("0", "<n>");
	expect("\xD9\xA3", "\xD9\xA3"); /* an Arabic digit is no digit here */
}

Test(message, the_first_that_matches)
{
	expect_for("68952383-80c0-436f-a2e3-f8ae9a41c69d", "68952383-80c0-436f-a2e3-f8ae9a41c69d", "<device>");
	expect_for("a", "'a'", "<str>"); /* the quote comes first in the text */
	expect("'2026-11-02T03:14:07Z'", "<str>");
	expect("12:2026-11-02T03:14:07Z", "<n>:<time>");
}

Test(message, nul_is_a_byte)
{
	struct buf out = BUF_INIT;

	message_template(SLICE("a\0" "12\0'b'"), slice_of(NULL, 0), &out);
	cr_expect(slice_eq(buf_view(&out), SLICE("a\0<n>\0<str>")));
	buf_free(&out);
}

/* ---- long ids, which are searched for in another way ---- */

static char *repeat(const char *unit, size_t n)
{
	const size_t len = strlen(unit);
	char *z = mem_alloc(n * len + 1);

	for (size_t i = 0; i < n; i++)
		memcpy(z + i * len, unit, len);
	z[n * len] = '\0';
	return z;
}

Test(message, long_device)
{
	char *device = repeat("a-b.", 100);
	struct buf text = BUF_INIT, want = BUF_INIT;

	buf_printf(&text, "x%s %s a-b.%s,%s7 %.399s %s", device, device, device, device, device, device);
	buf_printf(&want, "x%s <device> a-b.<device>,%s<n> %.399s <device>", device, device, device);
	/* behind x there is no edge, but one unit later there is, and the whole id does not follow */
	expect_for(device, buf_cstr(&text), buf_cstr(&want));
	buf_free(&text);
	buf_free(&want);
	free(device);
}

/* Two occurrences share bytes; the first has no edge before it. */
Test(message, long_device_overlapping_itself)
{
	char *device = repeat("a.", 150);
	struct buf text = BUF_INIT;

	buf_printf(&text, "x%sa.", device);
	expect_for(device, buf_cstr(&text), "xa.<device>");
	buf_free(&text);
	free(device);
}

/* Texts made to be looked at again and again: at 4 MiB a scan that is not linear would not end. */
Test(message, linear, .timeout = 60)
{
	enum { N = 1 << 21 };
	static const char *const units[] = { "a-", "'", "' ", "\"'", "1:", "::", "f", "1.", "1/", "{'", "deadbeef-" };

	for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
		char *text = repeat(units[i], N);
		struct buf out = BUF_INIT;

		message_template(slice_str(text), slice_of(text, N / 2), &out);
		out.n = 0;
		message_template(slice_of(text, N), SLICE("zz"), &out);
		buf_free(&out);
		free(text);
	}
	char *device = repeat("-a", N / 4), *text = repeat("-a", N);
	struct buf out = BUF_INIT;

	device[strlen(device) - 1] = '\0'; /* found nearly everywhere, but with an edge behind it only at the end */
	message_template(slice_str(text), slice_str(device), &out);
	cr_expect_eq(out.n, 2 * (size_t)N);
	buf_free(&out);
	free(device);
	free(text);
}
