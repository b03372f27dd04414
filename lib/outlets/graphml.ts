/** Companies and their relations as GraphML (graphml.graphdrawing.org), for Gephi, yEd and the like. */
import type { AnyRow } from '../lake/duck.js';

const NODE_KEYS = ['canonical_name', 'state', 'erp_system', 'quality_grade'] as const;

export function graphml(nodes: readonly AnyRow[], edges: readonly AnyRow[]): string {
  const keys = [
    ...NODE_KEYS.map((k) => `<key id="${k}" for="node" attr.name="${k}" attr.type="string"/>`),
    '<key id="relationship" for="edge" attr.name="relationship" attr.type="string"/>',
    '<key id="strength" for="edge" attr.name="strength" attr.type="double"/>',
  ];
  const vertices = nodes.map(
    (n) => `<node id="${xml(n.company_id)}">${NODE_KEYS.map((k) => data(k, n[k])).join('')}</node>`,
  );
  const lines = edges.map(
    (e) =>
      `<edge id="${xml(e.relationship_id)}" source="${xml(e.from_company_id)}" target="${xml(e.to_company_id)}">` +
      `${data('relationship', e.relationship)}${data('strength', e.strength)}</edge>`,
  );
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
    ...keys,
    '<graph edgedefault="directed">',
    ...vertices,
    ...lines,
    '</graph>',
    '</graphml>',
    '',
  ].join('\n');
}

const data = (key: string, value: unknown) =>
  value === null || value === undefined ? '' : `<data key="${key}">${xml(value)}</data>`;

/** Escaped, and without the control characters that XML 1.0 cannot hold. */
const xml = (value: unknown): string =>
  String(value)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the very characters to take out
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
