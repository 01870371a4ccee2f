# coverage.awk - one line for each file of ours from the output of `gcov -n -b`: statements %, branches %, file.

/^File / {
	file = $0
	sub(/^File '/, "", file)
	sub(/'$/, "", file)
	ours = file ~ /(^|\/)src\/[a-z]+\// && file !~ /codes_data/
	sub(/^.*src\//, "src/", file)
}

# Headers come once for each file that includes them; their statements are few.
ours && file ~ /\.c$/ && /^Lines executed:/ {
	split($0, part, /[:%]/)
	lines[file] = part[2]
}

ours && file ~ /\.c$/ && /^Taken at least once:/ {
	split($0, part, /[:%]/)
	branches[file] = part[2]
}

END {
	for (file in lines)
		printf "%6.2f %6.2f  %s\n", lines[file], branches[file], file
}
