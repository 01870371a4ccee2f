# gen_codes.awk - the catalogue of error codes as codes_data.c; stands behind codes_table.awk.
#
# The tables come out sorted, so that the program finds entries by binary search.

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

function keep_names(place,    row, i, n, part)
{
	row = row_order[place]
	if (cell[row, C_NAME] == "-")
		return
	n = split(cell[row, C_NAME], part, "|")
	for (i = 1; i <= n; i++) {
		names++
		name_text[names] = part[i]
		name_place[names] = place - 1
		name_key[names] = squeezed(part[i]) "\t" rank[cell[row, C_SERVICE]] "\t" row_key[row]
		name_order[names] = names
	}
}

END {
	if (failed)
		exit 1
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
	print ""
	print "const struct code_source codes_sources[] = {"
	for (i = 1; i <= sources; i++) {
		page = source_page[source_title[i]]
		print "\t{ T(\"" quoted(source_title[i]) "\"), T(\"" quoted(page == "-" ? "" : page) "\") },"
	}
	print "};"
	print "const size_t codes_sources_count = " sources + 0 ";"
}
