# gen_codes_page.awk - the catalogue of error codes as dpslog-codes.7 (mdoc); stands behind codes_table.awk.
#
# Text of the table never begins a line of the page where roff would take it for a request, and never stands as the argument
# of a macro unquoted, where a word such as "No" would be one.

# Text as roff has it.
function plain(s,    i, c, out)
{
	out = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\\")
			c = "\\e"
		else if (c == "~")
			c = "\\(ti"
		else if (c == "^")
			c = "\\(ha"
		else if (c == "'" && i == 1)
			c = "\\(aq"
		else if (c == "." && i == 1)
			c = "\\&."
		out = out c
	}
	return out
}

# The argument of a macro.
function argument(s)
{
	gsub(/"/, "\\(dq", s)
	return "\"" s "\""
}

# Sentences, a line each.
function sentences(s,    i, n, part)
{
	n = split(s, part, /[.] /)
	for (i = 1; i <= n; i++)
		print plain(part[i]) (i < n ? "." : "")
}

function list(kind, cell_text,    i, n, part)
{
	print ".Bl -" kind " -compact"
	n = split(cell_text, part, " [|] ")
	for (i = 1; i <= n; i++) {
		print ".It"
		sentences(part[i])
	}
	print ".El"
}

function names_of(row,    i, n, part, out)
{
	if (cell[row, C_NAME] == "-")
		return ""
	n = split(cell[row, C_NAME], part, "|")
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? ", " : "") part[i]
	return out
}

function who_of(row,    i, n, part, out)
{
	n = split(cell[row, C_WHO], part, " [|] ")
	for (i = 1; i <= n; i++)
		out = out (i > 1 ? ", then the " : "the ") part[i]
	return out
}

function heading(row,    code)
{
	code = cell[row, C_CODE]
	if (code == "-") {
		code = cell[row, C_NAME]
		sub(/[|].*/, "", code)
	}
	return code " (" service[cell[row, C_SERVICE]] "): " cell[row, C_MEANING]
}

function page_entry(row,    i, n, part, one)
{
	print ".It Sy " argument(plain(heading(row)))
	if (cell[row, C_CODE] != "-" && names_of(row) != "") {
		print plain(names_of(row)) "."
		print ".br"
	}
	sentences(cell[row, C_SUMMARY])
	print ".Pp"
	one = cell[row, C_CAUSES] !~ /[|]/
	print (one ? "Likely cause:" : "Likely causes, the likeliest first:")
	list(one ? "bullet" : "enum", cell[row, C_CAUSES])
	print (one ? "How to tell:" : "To tell them apart:")
	list("bullet", cell[row, C_TELL_APART])
	print "What to do:"
	sentences(cell[row, C_ACTION])
	print ".br"
	print "Retry: " retry[cell[row, C_RETRY]] "."
	print ".br"
	print "Concerns: " who_of(row) "."
	print ".Dl " argument(plain(cell[row, C_LOOK]))
	n = split(cell[row, C_SOURCE], part, " [|] ")
	for (i = 1; i <= n; i++)
		print (i == 1 ? "Source: " : "") plain(part[i]) (i < n ? ";" : ".")
}

function page_class(title, first, last,    i, code)
{
	print ".Ss " title
	print ".Bl -tag -width Ds"
	for (i = 1; i <= rows; i++) {
		code = substr(cell[row_order[i], C_CODE], 1, 3)
		if (code >= first && code <= last)
			page_entry(row_order[i])
	}
	print ".El"
}

function page_head()
{
	print ".\\\" dpslog-codes.7 - made from codes.tsv by gen_codes_page.awk. Change those."
	print ".Dd November 24, 2026"
	print ".Dt DPSLOG-CODES 7"
	print ".Os"
	print ".Sh NAME"
	print ".Nm dpslog-codes"
	print ".Nd error codes of DPS and IoT Hub: what they mean, why they come, what to do"
	print ".Sh DESCRIPTION"
	print "Every code that the Device Provisioning Service (DPS) and IoT Hub are known to"
	print "write to their logs, ordered by number; names without a number come last."
	print "It is the catalogue from which"
	print ".Xr dpslog-explain 1"
	print "and"
	print ".Xr dpslog-summary 1"
	print "speak."
	print ".Pp"
	print "The same number can mean one thing at DPS and another at a hub; each entry says"
	print "whose it is."
	print "A code of six digits that stands nowhere here means what its first three digits"
	print "mean."
	print "How a record gets its code is said in"
	print ".Xr dpslog-records 7 ."
	print ".Pp"
	print "In the commands"
	print ".Ql PATH"
	print "stands for the logs."
	print ".Sh CODES"
}

function page_tail(    i, page)
{
	print ".Sh SEE ALSO"
	print ".Xr dpslog 1 ,"
	print ".Xr dpslog-explain 1 ,"
	print ".Xr dpslog-failures 1 ,"
	print ".Xr dpslog-summary 1 ,"
	print ".Xr dpslog-records 7"
	print ".Pp"
	print "The pages from which this one was made:"
	print ".Bl -bullet -compact"
	for (i = 1; i <= sources; i++) {
		page = source_page[source_title[i]]
		if (page == "-")
			continue
		print ".It"
		print plain(source_title[i]) ":"
		print ".Lk " page
	}
	print ".El"
	print ".Sh CAVEATS"
	print "Microsoft publishes no list of the six-digit codes of DPS."
	print "Those that stand here were gathered from its SDKs and from reports; their source"
	print "says so."
}

END {
	if (failed)
		exit 1
	service["any"] = "DPS and IoT Hub"
	service["dps"] = "DPS"
	service["hub"] = "IoT Hub"
	retry["no"] = "no; the same request fails again until something is changed"
	retry["yes"] = "yes, once more"
	retry["backoff"] = "yes, with exponential back-off and jitter, honouring retry-after"
	retry["reconnect"] = "the client connects again; the SDKs do so by themselves"
	retry["reread"] = "after the object was read again and the change applied to that"
	retry["reregister"] = "not as it is; mend the credential, then the device registers anew through DPS"
	page_head()
	page_class("400: the request", "400", "400")
	page_class("401 to 403: who may", "401", "403")
	page_class("404 to 408: not there, not possible", "404", "408")
	page_class("409 to 412: it contradicts what exists", "409", "412")
	page_class("413 to 499: too much, too often", "413", "499")
	page_class("4XX: anything of that kind", "4XX", "4XX")
	page_class("5XX: the service", "500", "5XX")
	page_class("Names without a number", "-", "-")
	page_tail()
}
