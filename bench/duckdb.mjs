// Runs one statement and says how many seconds that took, without the start of node: duckdb.mjs FOLDER STATEMENT, where
// FOLDER/node_modules holds @duckdb/node-api.
import { createRequire } from 'node:module';

const { DuckDBInstance } = createRequire(process.argv[2] + '/')('@duckdb/node-api');
const connection = await (await DuckDBInstance.create(':memory:')).connect();
const began = process.hrtime.bigint();
await connection.run(process.argv[3]);
console.log(Number(process.hrtime.bigint() - began) / 1e9);
process.exit(0);
