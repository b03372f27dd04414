import { describe, expect, it } from 'vitest';
import { phaseOutputs } from '../../../lib/sql/phases.js';
import { declaredColumns, graph, monitor, outColumns, resolve, validate } from './support.js';

const phases = { validate, resolve, graph, monitor };

describe.each(Object.keys(phases) as (keyof typeof phases)[])('%s on empty inputs', (phase) => {
  it('runs, and leaves every declared table with the declared columns and no rows', async () => {
    const db = await phases[phase]();
    for (const name of phaseOutputs[phase]) {
      expect({ [name]: await outColumns(db, name) }).toEqual({ [name]: declaredColumns(name) });
      expect(await db.rows(`select * from out_${name}`)).toEqual([]);
    }
  });
});
