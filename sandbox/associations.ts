/** The ten associations: the three that the population was first made for, and the seven that share it. */

export type FirstCode = 'PMA' | 'NEMA' | 'AGMA';
export type LaterCode = 'SOCMA' | 'AIA' | 'NTMA' | 'PMPA' | 'FIA' | 'NADCA' | 'AFS';
export type AssociationCode = FirstCode | LaterCode;

export const FIRST_CODES: readonly FirstCode[] = ['PMA', 'NEMA', 'AGMA'];
export const LATER_CODES: readonly LaterCode[] = ['SOCMA', 'AIA', 'NTMA', 'PMPA', 'FIA', 'NADCA', 'AFS'];
export const CODES: readonly AssociationCode[] = [...FIRST_CODES, ...LATER_CODES];

/** Members of the associations at size 1. */
export const FULL_SIZE: Record<AssociationCode, number> = {
  PMA: 900,
  NEMA: 300,
  AGMA: 495,
  SOCMA: 148,
  AIA: 268,
  NTMA: 1400,
  PMPA: 350,
  FIA: 150,
  NADCA: 300,
  AFS: 500,
};

/** Members at a size; even the smallest world has six in each. */
export const membersAt = (code: AssociationCode, size: number): number =>
  Math.max(6, Math.round(FULL_SIZE[code] * size));

export const isLater = (code: AssociationCode | undefined): boolean =>
  (LATER_CODES as readonly (AssociationCode | undefined)[]).includes(code);
