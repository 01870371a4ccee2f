// Reads an array of predicates as JSON and writes, for each, the first error that Kusto's own parser and binder has, or "".
'use strict';
const folder = process.argv[2];
require(folder + '/node_modules/@kusto/language-service-next/bridge.min.js');
require(folder + '/node_modules/@kusto/language-service-next/Kusto.Language.Bridge.min.js');
const { KustoCode, GlobalState, Symbols } = globalThis.Kusto.Language;
const columns = process.argv[3]; // (name: type, ...)
const table = Symbols.TableSymbol.From(columns).WithName('T');
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.$ctor1('db', [table]));

function firstError(predicate) {
	const found = KustoCode.ParseAndAnalyze('T | where ' + predicate + '\n', globals).GetDiagnostics();
	for (let i = 0; i < found.Count; i++)
		if (found.getItem(i).Severity === 'Error')
			return found.getItem(i).Message;
	return '';
}

const predicates = JSON.parse(require('fs').readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(predicates.map(firstError)));
