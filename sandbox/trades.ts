/** The trades of the seven later associations: words in names, industry codes, what directory forms call their work. */
import type { LaterCode } from './associations.js';

const words = (text: string): readonly string[] => text.split(',');

/** What each association's members call their trade. */
export const LATER_TRADES: Record<LaterCode, readonly string[]> = {
  SOCMA: words(
    'Chemical,Chemicals,Specialty Chemicals,Fine Chemicals,Custom Synthesis,Resins,Polymers,Intermediates,Laboratories,Additives,Catalyst,Coatings,Process Chemicals,Chemical Works,Pigments,Surfactants,Industries,Performance Materials',
  ),
  AIA: words(
    'Aerospace,Aerostructures,Avionics,Defense Systems,Aero Components,Flight Systems,Aviation,Composites,Propulsion,Space Systems,Aircraft Products,Instruments,Hydraulics,Machining,Systems,Technologies,Dynamics,Precision Aerospace',
  ),
  NTMA: words(
    'Tool & Die,Tool,Mold,Mold & Die,Machine,Machining,Precision Machining,Precision Tool,Die,Tooling,CNC,Tool & Engineering,Wire EDM,Gage,Jig & Fixture,Grinding,Machine & Tool,Tool Works,Engineering,Manufacturing,Mold Technologies,Precision,Die Design,Machine Company,Tool & Machine',
  ),
  PMPA: words(
    'Screw Machine Products,Screw Products,Precision Products,Turned Products,Swiss,Automatics,Machine Products,Precision Components,Swiss Turning,Screw Machine,Fittings,Precision Machining,Manufacturing,Turning,Products',
  ),
  FIA: words(
    'Forge,Forging,Forgings,Drop Forge,Steel Forgings,Ring & Forge,Hammer Forge,Press Forge,Forge & Machine,Forged Products,Upset Forging,Die Forge',
  ),
  NADCA: words(
    'Die Casting,Die Cast,Diecast,Castings,Die Casters,Zinc Products,Aluminum Die Casting,Magnesium Castings,Light Metals,Cast Products,Die Casting Technologies,Tooling & Die Cast',
  ),
  AFS: words(
    'Foundry,Castings,Iron Works,Iron & Steel,Steel Castings,Brass & Aluminum,Investment Casting,Grey Iron,Ductile Iron,Sand Castings,Bronze,Malleable,Foundries,Cast Metals,Alloy Casting,Pattern & Foundry',
  ),
};

export const LATER_NAICS: Record<LaterCode, readonly string[]> = {
  SOCMA: ['325199', '325194', '325998', '325211', '325180'],
  AIA: ['336413', '336411', '336412', '334511', '336415'],
  NTMA: ['333514', '333511', '332710', '333515', '333517'],
  PMPA: ['332721', '332721', '332710', '332722'],
  FIA: ['332111', '332112', '332114'],
  NADCA: ['331523', '331523', '331529', '333514'],
  AFS: ['331511', '331513', '331512', '331529', '331524'],
};

/** What the members do, in the words of directory forms. */
export const LATER_PROCESSES: Record<LaterCode, readonly string[]> = {
  SOCMA: words(
    'Batch Manufacturing,Custom Synthesis,Toll Processing,Distillation,Drying,Esterification,Hydrogenation,Polymerization,Blending,Packaging,Scale-Up,Chlorination',
  ),
  AIA: words(
    'Aerostructures,Landing Gear,Flight Controls,Actuation,Avionics,Composite Layup,Five-Axis Machining,Satellite Components,Unmanned Systems,Engine Components,MRO Services,Harnesses',
  ),
  NTMA: words(
    'CNC Milling,CNC Turning,Wire EDM,Sinker EDM,Jig Grinding,Surface Grinding,Progressive Dies,Injection Molds,Special Machines,Jigs & Fixtures,Gages,Prototype Machining,Reverse Engineering,CMM Inspection',
  ),
  PMPA: words(
    'Swiss Turning,Multi-Spindle Turning,CNC Turning,Cross Drilling,Thread Rolling,Centerless Grinding,Deburring,Broaching,Knurling,Slotting,Bar Work,Assembly',
  ),
  FIA: words(
    'Impression Die Forging,Open Die Forging,Seamless Rolled Rings,Cold Forging,Upset Forging,Heat Treating,Die Making,Shot Blasting,Hammer Forging,Press Forging',
  ),
  NADCA: words(
    'Aluminum Die Casting,Zinc Die Casting,Magnesium Die Casting,Hot Chamber,Cold Chamber,Trimming,Vibratory Finishing,Impregnation,Powder Coating,Secondary Machining,Tool Building',
  ),
  AFS: words(
    'Green Sand Molding,No-Bake Molding,Investment Casting,Permanent Mold,Centrifugal Casting,Shell Molding,Lost Foam,Gray Iron,Ductile Iron,Steel,Aluminum,Copper-Base,Pattern Making,Heat Treating',
  ),
};
