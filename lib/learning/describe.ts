/** Ways to name an element in CSS that will outlive a redeploy: words a person chose, not what a build made up. */
import type { Element } from '../page/dom.js';

/** How long a selector may be expected to hold; lower is better. */
export interface Described {
  css: string;
  cost: number;
}

const COST = { itemprop: 0.5, attribute: 1, class: 1, id: 1.5, tag: 2, step: 1.5, nth: 8 } as const;

/** States and places of an element, not its kind. */
const STATE =
  /^(?:active|current|selected|open|closed|hidden|visible|show|first|last|odd|even|alt|new|featured|clearfix|is-[\w-]+|has-[\w-]+|js-[\w-]+|col(?:-\w+)*-?\d*|row|container(?:-fluid)?|[mp][trblxyse]?-\d+|d-\w+|text-\w+|w-\d+|h-\d+|order-\d+)$/i;
/** Names that CSS-in-JS, bundlers and page builders make. */
const GENERATED =
  /^(?:css|sc|jss|jsx|emotion|styled|svelte|tw|e|_ngcontent|ng-tns|v|elementor(?:-element)?|et_pb_\w+|vc_custom)[-_](?=\w*\d)[\w-]+$|^_|__[\w-]*\d[\w-]*$|[_-]{1,3}(?=[a-z\d]*\d)(?=[a-z\d]*[a-z])[a-z\d]{5,}$|^(?=\w*\d\w*\d)(?=\w*[a-z])[a-z\d]{6,}$|^[a-z]{1,2}\d+$/i;
const NUMBERED = /\d{2,}|[-_]\d+$/;

/** A class or id that a person chose for a kind of thing. */
export const isStableName = (name: string): boolean =>
  /^[a-z][\w-]*$/i.test(name) && !STATE.test(name) && !GENERATED.test(name) && !NUMBERED.test(name);

/** Descriptions of the element alone, the best first. */
export function describe(element: Element): Described[] {
  const { name: tag, attribs } = element;
  const found: Described[] = [];
  const { itemprop, itemtype } = attribs;
  if (itemprop && /^[\w-]+$/.test(itemprop))
    found.push({ css: `[itemprop="${itemprop}"]`, cost: COST.itemprop });
  if (itemtype && /^https?:\/\/schema\.org\/\w+$/.test(itemtype))
    found.push({ css: `[itemtype="${itemtype}"]`, cost: COST.itemprop });
  for (const scheme of ['tel:', 'mailto:'])
    if (attribs.href?.toLowerCase().startsWith(scheme))
      found.push({ css: `${tag}[href^="${scheme}"]`, cost: COST.attribute });
  const folder = folderOf(attribs.href);
  if (folder) found.push({ css: `${tag}[href*="${folder}"]`, cost: COST.attribute + 0.5 });
  for (const name of classesOf(element)) {
    found.push({ css: `.${name}`, cost: COST.class }, { css: `${tag}.${name}`, cost: COST.class + 0.2 });
  }
  for (const name of Object.keys(attribs))
    if (/^data-[a-z][a-z-]*$/.test(name) && isStableName(name))
      found.push({ css: `${tag}[${name}]`, cost: COST.attribute + 0.3 });
  found.push({ css: tag, cost: COST.tag });
  return found.sort((a, b) => a.cost - b.cost);
}

/** The element by its place among its siblings: the last resort, which a new column breaks. */
export function byPlace(element: Element): Described {
  let place = 1;
  for (let before = element.prev; before; before = before.prev)
    if ('name' in before && before.name === element.name) place += 1;
  return { css: `${element.name}:nth-of-type(${place})`, cost: COST.nth };
}

/** An ancestor that says where on the page we are: by id, or by class. */
export function describeAnchor(element: Element): Described[] {
  const id = element.attribs.id;
  const own = describe(element).filter((d) => d.css !== element.name || /^(?:main|table|dl)$/.test(d.css));
  return id && isStableName(id) ? [{ css: `#${id}`, cost: COST.id }, ...own] : own;
}

export const joined = (outer: Described, inner: Described, child: boolean): Described => ({
  css: `${outer.css}${child ? ' > ' : ' '}${inner.css}`,
  cost: outer.cost + inner.cost + COST.step,
});

const classesOf = (element: Element): string[] =>
  (element.attribs.class ?? '').split(/\s+/).filter(isStableName);

/** The folder that links of a kind share: `/members/` of `/members/acme-gear`. */
function folderOf(href: string | undefined): string | null {
  const match = /^(?:https?:\/\/[^/?#]+)?((?:\/[a-z][\w-]*)*\/)[^/?#]+\/?(?:[?#]|$)/i.exec(href ?? '');
  const folder = match?.[1];
  return folder && folder.length > 2 && folder.split('/').every((part) => part === '' || isStableName(part))
    ? folder
    : null;
}
