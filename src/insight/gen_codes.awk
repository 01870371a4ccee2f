# gen_codes.awk - compiles codes.tsv, the catalogue of error codes, into codes_data.c.
#
#     LC_ALL=C awk -f gen_codes.awk codes.tsv >codes_data.c
#
# Written for any POSIX awk (Debian's is mawk). The tables come out sorted, so that the program
# finds entries by binary search; LC_ALL=C makes awk's order of strings that of bytes, which is the
# program's. A line that is not what the head of codes.tsv promises stops the build with its number;
# no half-made file is left to be compiled, because everything is printed at the end.

BEGIN {
	FS = "\t"
	columns = "code\tservice\tname\tmeaning\tsummary\tcauses\t" \
		"tell_apart\taction\tretry\twho\tlook\tsource"
	cells = split(columns, column, "\t")
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

# As the inside of a C string literal. By the character: what sub() makes of backslashes differs
# between awks.
function quoted(s,    i, c, out)
{
	out = ""
	for (i = 1; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == "\\" || c == "\"" || c == "?")
			out = out "\\"
		out = out c
	}
	return out
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

{
	check_row()
	keep_row()
}

function keep_names(place,    row, i, n, part)
{
	row = row_order[place]
	if (cell[row, 3] == "-")
		return
	n = split(cell[row, 3], part, "|")
	for (i = 1; i <= n; i++) {
		names++
		name_text[names] = part[i]
		name_place[names] = place - 1
		name_key[names] = tolower(part[i]) "\t" rank[cell[row, 2]] "\t" row_key[row]
		name_order[names] = names
	}
}

END {
	if (failed)
		exit 1
	if (rows == 0)
		fail("no entries")
	sort(row_key, row_order, rows)

	print "/* Made from codes.tsv by gen_codes.awk. Change those. */"
	print "#include \"insight/codes_data.h\""
	print ""
	print "#define T(s) { s, sizeof(s) - 1 }"
	print ""
	print "const struct code_entry codes_data[] = {"
	for (i = 1; i <= rows; i++) {
		keep_names(i)
		print "\t{ {"
		for (j = 1; j <= cells; j++)
			print "\t\tT(\"" quoted(cell[row_order[i], j]) "\"),"
		print "\t} },"
	}
	print "};"
	print "const size_t codes_data_count = " rows ";"
	print "const size_t codes_data_coded = " coded + 0 ";"
	print ""
	sort(name_key, name_order, names)
	print "const struct code_name codes_names[] = {"
	for (i = 1; i <= names; i++)
		print "\t{ T(\"" quoted(name_text[name_order[i]]) "\"), " \
			"&codes_data[" name_place[name_order[i]] "] },"
	print "};"
	print "const size_t codes_names_count = " names + 0 ";"
}
