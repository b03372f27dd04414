/** The ten associations by code: their sites and what the truth knows of them. */
import type { AssociationCode } from '../associations.js';
import { afs } from './afs.js';
import { aia } from './aia.js';
import type { Facts } from './facts.js';
import { fia } from './fia.js';
import { agma, nema, pma } from './first.js';
import { nadca } from './nadca.js';
import { ntma } from './ntma.js';
import { pmpa } from './pmpa.js';
import { socma } from './socma.js';

export const FACTS: Record<AssociationCode, Facts> = {
  PMA: pma,
  NEMA: nema,
  AGMA: agma,
  SOCMA: socma,
  AIA: aia,
  NTMA: ntma,
  PMPA: pmpa,
  FIA: fia,
  NADCA: nadca,
  AFS: afs,
};
