/** A page without what was written for machines: what is left is what a reader of unknown markup has to go by. */
import * as cheerio from 'cheerio';

const MACHINE_ATTRIBUTES = [
  'itemscope',
  'itemtype',
  'itemprop',
  'itemid',
  'itemref',
  'typeof',
  'property',
  'vocab',
  'resource',
  'prefix',
];
const MICROFORMATS = ['vcard', 'hcard', 'h-card', 'vevent', 'h-event', 'adr', 'h-adr', 'vcalendar'];

/** Takes out scripts (JSON-LD, state), meta data, microdata, RDFa and microformats; the visible page stays as it is. */
export function withoutMachineData(html: string): string {
  const $ = cheerio.load(html, { xml: { xmlMode: false, decodeEntities: true } });
  $('script').remove();
  $('meta[property], meta[itemprop]').remove();
  for (const name of MACHINE_ATTRIBUTES) $(`[${name}]`).removeAttr(name);
  for (const name of MICROFORMATS) $(`.${name}`).removeClass(name);
  return $.html();
}
