/** Pairwise precision, recall and F1 of a clustering, counted in DuckDB so that millions of records are no trouble. */
import { openDuckDB, query } from '../../../lib/lake/duck.js';
import { literal } from '../../../lib/lake/sql-literal.js';

export interface PairScore {
  precision: number;
  recall: number;
  f1: number;
}

/** `truth` has id and cluster; `predicted` has id and `column`. An id without a prediction stands alone. */
export async function scorePairs(truth: string, predicted: string, column: string): Promise<PairScore> {
  const instance = await openDuckDB();
  const connection = await instance.connect();
  const csv = (file: string) => `read_csv(${literal(file)}, header = true, all_varchar = true)`;
  const [counted] = await query(
    connection,
    `with joined as (
       select t.cluster as t, coalesce(p."${column}", 'alone ' || t.id) as p from ${csv(truth)} t left join ${csv(predicted)} p using (id)
     ),
     pairs(k) as (from (select count(*) from joined group by t, p)), found(k) as (from (select count(*) from joined group by p)),
     actual(k) as (from (select count(*) from joined group by t))
     select (select sum(k * (k - 1) / 2) from pairs)::double as tp, (select sum(k * (k - 1) / 2) from found)::double as found,
       (select sum(k * (k - 1) / 2) from actual)::double as actual`,
  );
  connection.closeSync();
  instance.closeSync();
  const [tp, found, actual] = [Number(counted?.tp), Number(counted?.found), Number(counted?.actual)];
  const precision = found === 0 ? 1 : tp / found;
  const recall = actual === 0 ? 1 : tp / actual;
  return {
    precision,
    recall,
    f1: precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall),
  };
}
