# codes_table.awk - reads codes.tsv, checks it and sorts it, for the generators that stand behind it:
#
#     LC_ALL=C awk -f codes_table.awk -f gen_codes.awk codes.tsv >codes_data.c
#     LC_ALL=C awk -f codes_table.awk -f gen_codes_page.awk codes.tsv >dpslog-codes.7
#
# Written for any POSIX awk (Debian's is mawk). LC_ALL=C makes awk's order of strings that of bytes, which is the program's.
# A line that is not what the head of codes.tsv promises stops the build with its number; no half-made file is left to be
# compiled, because a generator prints everything in its END.
#
# What a generator gets: rows, coded (those of them that have a code; they come first), row_order[1..rows] into
# cell[row, column], columns named C_CODE and so on; sources, source_title[1..sources], source_page[title]; failed, with
# which it must end.

BEGIN {
	FS = "\t"
	columns = "code\tservice\tname\tmeaning\tsummary\tcauses\t" \
		"tell_apart\taction\tretry\twho\tlook\tsource"
	cells = split(columns, column, "\t")
	C_CODE = 1; C_SERVICE = 2; C_NAME = 3; C_MEANING = 4; C_SUMMARY = 5; C_CAUSES = 6
	C_TELL_APART = 7; C_ACTION = 8; C_RETRY = 9; C_WHO = 10; C_LOOK = 11; C_SOURCE = 12
	rank["any"] = 0
	rank["dps"] = 1
	rank["hub"] = 2
}

# Stops the build; END still runs after exit, hence the flag.
function fail(text)
{
	print FILENAME ":" FNR ": " text | "cat 1>&2"
	close("cat 1>&2")
	failed = 1
	exit 1
}

# A name as it is compared: case, blanks and punctuation say nothing.
function squeezed(name)
{
	name = tolower(name)
	gsub(/[ ._-]/, "", name)
	return name
}

# Insertion sort of order[1..n], indices into key[], by key.
function sort(key, order, n,    i, j, one)
{
	for (i = 2; i <= n; i++) {
		one = order[i]
		for (j = i - 1; j >= 1 && key[order[j]] "" > key[one] ""; j--)
			order[j + 1] = order[j]
		order[j + 1] = one
	}
}

function check_row(    i, id)
{
	if (NF != cells)
		fail("expected " cells " cells, found " NF)
	if ($0 ~ /[^ -~\t]/)
		fail("a byte that is not printable ASCII")
	for (i = 1; i <= cells; i++)
		if ($i == "" || $i ~ /^ / || $i ~ / $/)
			fail("the cell " column[i] " is empty or has blanks at its ends")
	if ($1 !~ /^([45][0-9][0-9]|[45][0-9][0-9][0-9][0-9][0-9]|[45]XX|-)$/)
		fail("not a code: " $1)
	if (!($2 in rank))
		fail("not a service: " $2)
	id = $1 "\t" $2 ($1 == "-" ? "\t" $3 : "")
	if (id in seen)
		fail("the code " $1 " stands twice for " $2)
	seen[id] = 1
}

# A name that says the same as another one of the row would be found twice.
function check_names(    i, n, part, here)
{
	n = split($C_NAME, part, "|")
	for (i = 1; i <= n; i++) {
		if (squeezed(part[i]) in here)
			fail("the name " part[i] " stands twice")
		here[squeezed(part[i])] = 1
	}
}

function check_sources(    i, n, part)
{
	n = split($C_SOURCE, part, " [|] ")
	for (i = 1; i <= n; i++)
		if (!(part[i] in source_page))
			fail("no line says where this is: " part[i])
}

# source	TITLE	PAGE
function keep_source()
{
	if (NF != 3 || $2 == "" || $3 !~ /^(https:\/\/[!-~]+|-)$/)
		fail("expected source, a title, and its address or -")
	if ($2 in source_page)
		fail("the source stands twice: " $2)
	source_title[++sources] = $2
	source_page[$2] = $3
}

function keep_row(    i)
{
	rows++
	for (i = 1; i <= cells; i++)
		cell[rows, i] = $i
	# Entries without a code come last; within a code by service.
	row_key[rows] = ($1 == "-" ? "~" : $1) "\t" rank[$2] "\t" $3
	row_order[rows] = rows
	if ($1 != "-")
		coded++
}

/^#/ || /^$/ { next }

!header {
	if ($0 != columns)
		fail("the header line must be: " columns)
	header = 1
	next
}

$1 == "source" {
	keep_source()
	next
}

{
	check_row()
	check_names()
	check_sources()
	keep_row()
}

END {
	if (!failed && rows == 0)
		fail("no entries")
	if (failed)
		exit 1
	sort(row_key, row_order, rows)
}

