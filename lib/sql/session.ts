/** What the set work needs of a database: run a statement, read rows. The lake's connection fits, so does a test's. */
export interface SqlSession {
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<Record<string, unknown>[]>;
}
