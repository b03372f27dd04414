/** Printed labels and stock phrases: what a line announces, and what is never a name. */

const BOOTH =
  /^(?:(?:exhibit(?:or|ing)?|located|visit us|find us|see us)?\s*(?:at|in|on)?\s*)?(?:booth|stand|stall|kiosk)s?\b(?:\s*(?:no\b\.?|nr\b\.?|number|location|space))?\s*[:#.\-–]{0,2}\s*(.{1,45})$/i;
const BOOTH_INSIDE =
  /\b(?:booth|stand)s?\s*(?:no\.?|number|:|#)?\s*#?([A-Z]{0,3}-?\d{1,5}[A-Z]?(?:\s?[,&/-]\s?[A-Z]{0,2}\d{1,5}[A-Z]?){0,4}|[A-Z]{1,2}\d{1,4}[a-z]?)\b/;
const GENERIC =
  /^(?:(?:click|tap) (?:here|to)\b.*|become (?:an?|our|the)\b.*|no (?:reviews?|rating|image|logo|photo)s?(?: available| yet)?|(?:read|learn|view|see|show|find out|get|load|discover|know) (?:more|details?|all|profile|full|map|website|listing|company|member|bio|on map|less|info\w*|directions?|the)\b.*|more(?: (?:info\w*|details?|about.*))?|details?|info(?:rmation)?|visit(?: (?:our|the|us|their))?(?: ?(?:web ?)?site| online| homepage| page)?\b.{0,30}|web ?(?:site|page)?s?:?|www|home ?page|company (?:website|profile|web ?site)|go to .*|email(?: us| address| me)?|e-mail(?: us)?|send (?:an? )?(?:e-?mail|message).*|contact(?: us| info\w*| details| person| form| supplier| name)?|phone|tel(?:ephone)?|fax|address|location|map(?: ?(?:it|location|& directions))?|\[map\]|(?:get )?directions|view larger map|(?:company|member|business|contact|organi[sz]ation|profile|listing|exhibitor|sponsor|event|supplier|vendor|facility|location|general|additional|quick|key) (?:details?|info(?:rmation)?|profiles?|overview|director(?:y|ies)|names?|listings?|facts|dates?|links|search|results|types?|status|website|phone|fax|email|address|hours)|(?:work|home|main|office|mailing|street|postal|billing|physical) ?(?:phone|fax|email|address|number|website)?|facebook|twitter|linkedin|instagram|youtube|pinterest|share.*|print.*|download.*|register(?: now| here)?|sign (?:up|in|out).*|log ?(?:in|out).*|join(?: now| us| today)?|home|about(?: us)?|back(?: to.*)?|next.*|prev(?:ious)?.*|first|last|search.*|menu|close|open|top|all|none|select.*|filter.*|sort.*|categor(?:y|ies).*|tags?:?.*|member(?:s|ship)?(?: since.*| directory| login| list| type)?|products?(?: (?:&|and) services)?|services?|news|events?|blog|faq|privacy.*|terms.*|cookie.*|copyright.*|©.*|loading.*|please .*|no (?:results|records).*|showing .*|results?.*|favou?rites?|add to .*|remove|save|compare|bookmark|logo|image|photo|picture|video|placeholder.*|n\/?a|tba|tbd|none|new|featured|sponsor(?:s|ed)?|exhibitors?(?: list)?|speakers?|booth|stand|hall|description|overview|name|company(?: name)?|city|state|zip|country|hours|opening hours|reviews?.*|rating.*|claim.*|report.*|follow.*|like|tweet|edit|delete|reply|comments?.*|posted.*|skip to.*|toggle.*|expand.*|collapse.*|\+?\s*google (?:map|calendar)s?|\[?email[\s\u00a0]protected\]?|ical.*|[a-z]|\d+|[<>«»‹›…→←|/\\·•*-]+)$/i;
const FIELD_LABEL =
  /^(?:phone|tel(?:ephone)?|ph|fax|toll[\s-]?free|cell|mobile|e-?mail|web(?:site)?|url|address|mailing address|street|city|state|zip(?: code)?|postal code|country|contact(?:s| person| name)?|hours|categor(?:y|ies)|type|products?|services?|description|member since|booth|stand|hall|location|date|time|when|where|venue|cost|price|fees?)\s*[:.#]|^[pftemwcoa](?:\s*[:#]|\.(?=\s*[\d(+]))/i;
const LABEL_ONLY =
  /^(?:(?:our|main|office|business|work|local|direct|general)?\s*(?:phone|tel(?:ephone)?|call(?: us)?|ph|fax|facsimile|toll[\s-]?free|cell|mobile)(?:\s*(?:no|number|nr|#))?\.?|p|f|t|m|c|o)\s*[:.#-]{0,2}$/i;

/** The booth that a line names, without its label, or null. */
export function boothOf(text: string): string | null {
  if (text.length > 160 || !/booth|stand|stall|kiosk/i.test(text)) return null;
  const line = BOOTH.exec(text);
  const rest = line?.[1]?.replace(/^(?:no\.?|number|location|#|:)\s*/i, '').trim();
  if (
    rest &&
    (/\d/.test(rest) || /^[A-Z]{1,3}$/.test(rest)) &&
    !/[.!?]\s|\b(?:the|of|and|with|our|us)\b/i.test(rest)
  )
    return rest.replace(/[.,;]$/, '');
  return BOOTH_INSIDE.exec(text)?.[1] ?? null;
}

/** Stock phrases of links and headings that never name a company or event. */
export function isGeneric(text: string): boolean {
  return GENERIC.test(text.replace(/[\s\u2190-\u21ff»›>]+$/, ''));
}

export function isFieldLabel(text: string): boolean {
  return FIELD_LABEL.test(text);
}

/** A line that only announces the value on the next one, such as "Fax:". */
export function isLabelOnly(text: string): boolean {
  return text.length < 28 && LABEL_ONLY.test(text);
}

/** Text of a picture's alt or title as a name: "Logo of Acme", "Acme logo" give Acme. */
export function altName(alt: string): string | null {
  const text = alt
    .replace(/\.(?:png|jpe?g|gif|svg|webp)$/i, '')
    .replace(
      /^(?:the )?(?:company )?logo(?: of| for|:)?\s+|[\s_-]+(?:company )?(?:logo|image|photo|banner)(?:[\s_-]*\d*)?$/gi,
      '',
    )
    .trim();
  const brand = /^(?:facebook|twitter|linkedin|instagram|youtube|pinterest)$/i.test(text) && text !== alt;
  if (brand) return text;
  if (
    text.length < 2 ||
    text.length > 90 ||
    /^(?:img|image|dsc|logo|photo|screen ?shot|untitled|icon|placeholder|spacer)[\s_-]?\d*$/i.test(text) ||
    isGeneric(text)
  )
    return null;
  return text;
}
