/** All tables of the lake by name. */
import type { Table } from '../table.js';
import * as entities from './entities.js';
import * as records from './records.js';
import * as web from './web.js';

export const tables = { ...web, ...records, ...entities };

const byName = new Map<string, Table>(Object.values(tables).map((t) => [t.name, t as Table]));

export type TableName = (typeof tables)[keyof typeof tables]['name'];

/** Tables that are files in the lake; `extraction_jobs` is read from job state instead. */
export const storedTables: readonly Table[] = [...byName.values()].filter(
  (t) => t.name !== 'extraction_jobs',
);

/** The ten tables of the database, in an order that respects their references. */
export const databaseTables: readonly Table[] = [
  entities.extractionJobs,
  entities.companies,
  entities.associationMemberships,
  entities.contacts,
  entities.events,
  entities.eventParticipants,
  entities.competitorSignals,
  entities.entityRelationships,
  entities.sourceBaselines,
  entities.qualityAuditLog,
];

/** The declared table of that name; throws for a name that is none. */
export function tableNamed(name: string): Table {
  const found = byName.get(name);
  if (!found)
    throw new Error(`there is no table named ${name}; the tables are ${[...byName.keys()].join(', ')}`);
  return found;
}
