/**
 * Contact data in the layouts that firms' own pages use: one block a case, and the numbers, codes and streets that a
 * person would read there.
 */
import { expect, it } from 'vitest';
import { findPhones } from '../../../lib/page/phone.js';
import { readPage } from '../../../lib/page/read.js';
import { weights } from '../../support/weights.js';

interface Expected {
  /** Digits of telephone and fax numbers, without the country code of North America. */
  p?: string[];
  /** Postal codes. */
  z?: string[];
  /** Pieces of street lines. */
  s?: string[];
}

const CASES: [html: string, expected: Expected, url?: string][] = [
  ['<p>Tel.555-234-5678</p>', { p: ['5552345678'] }],
  ['<p>Ph.(215) 234-5678</p>', { p: ['2152345678'] }],
  ['<p>Phone#215-234-5678</p>', { p: ['2152345678'] }],
  ['<p>Phone:215/234-5678</p>', { p: ['2152345678'] }],
  ['<p>P 215&#8209;234&#8209;5678</p>', { p: ['2152345678'] }],
  ['<p>215 &#8226; 234 &#8226; 5678</p>', { p: ['2152345678'] }],
  ['<p>215&middot;234&middot;5678</p>', { p: ['2152345678'] }],
  ['<p>215*234*5678</p>', { p: ['2152345678'] }],
  ['<p>T: 215|234|5678</p>', { p: ['2152345678'] }],
  ['<p>[215] 234-5678</p>', { p: ['2152345678'] }],
  ['<p>&lt;215&gt; 234-5678</p>', {}],
  ['<p>(215)&nbsp;234&nbsp;- &nbsp;5678</p>', { p: ['2152345678'] }],
  ['<p>215.234-5678</p>', { p: ['2152345678'] }],
  ['<p>215-234.5678</p>', { p: ['2152345678'] }],
  ['<p>(215)2345678</p>', { p: ['2152345678'] }],
  ['<p>Call 215 2345678</p>', { p: ['2152345678'] }],
  ['<p>1(800)234-5678</p>', { p: ['8002345678'] }],
  ['<p>1 (800) 234 5678</p>', { p: ['8002345678'] }],
  ['<p>1 - 800 - 234 - 5678</p>', { p: ['8002345678'] }],
  ['<p>001-215-234-5678</p>', { p: ['2152345678'] }],
  ['<p>(1) 215 234 5678</p>', { p: ['2152345678'] }],
  ['<p>Toll-free: 8002345678</p>', { p: ['8002345678'] }],
  ['<p>2152345678</p>', { p: ['2152345678'] }],
  ['<p>Phone 2152345678 | Fax 2152345679</p>', { p: ['2152345678', '2152345679'] }],
  ['<p>Phone: 234-5678</p><p>Fax: 234-5679</p>', { p: ['2345678', '2345679'] }],
  ['<table><tr><td>Main Office</td><td>(215)</td><td>234-5678</td></tr></table>', { p: ['2152345678'] }],
  ['<p>Phone: (215)<br>234-5678</p>', { p: ['2152345678'] }],
  ['<p>(215) 234-5678/5679</p>', { p: ['2152345678'] }],
  ['<p>(215) 234-5678 or 234-9999</p>', { p: ['2152345678'] }],
  ['<p>1-800-GO-FEDEX</p>', { p: ['8004633339'] }],
  ['<p>(800) 45-STEEL</p>', { p: ['8004578335'] }],
  ['<p>888.FLOWERS</p>', { p: ['8883569377'] }],
  ['<p>1-888-ACME-123</p>', { p: ['8882263123'] }],
  ['<p>1.866.55.SALES</p>', { p: ['8665572537'] }],
  ['<p>Office: 215-234-5678x123</p>', { p: ['2152345678'] }],
  ['<p>0845 123 4567</p><p>10 High Street, Leeds, LS1 4AB</p>', { p: ['08451234567'], z: ['LS1 4AB'] }],
  ['<p>Tel: 0113 245 6789</p><p>Leeds LS1 4AB</p>', { p: ['01132456789'], z: ['LS1 4AB'] }],
  ['<p>Tel: +44 (0)113 245 6789</p>', { p: ['4401132456789'] }],
  ['<p>Tel: +44 113 245 6789</p>', { p: ['441132456789'] }],
  ['<p>Tel: 00 44 113 245 6789</p>', { p: ['441132456789'] }],
  ['<p>T: 44 113 245 6789</p>', { p: ['441132456789'] }, 'https://www.acme.com/'],
  ['<p>Tel: 01 234 5678<br>Dublin 2, Ireland</p>', { p: ['012345678'] }, 'https://acme.ie/'],
  ['<p>Ph: 1300 234 567</p>', { p: ['1300234567'] }, 'https://acme.com.au/'],
  ['<p>Ph: 13 22 32</p>', { p: [] }, 'https://acme.com.au/'],
  [
    '<p>Ph (02) 9234 5678 Fax (02) 9234 5679</p><p>12 George Street<br>Sydney NSW 2000</p>',
    { p: ['0292345678', '0292345679'], z: ['2000'], s: ['12 George Street'] },
    'https://acme.com.au/',
  ],
  [
    '<p>Ph 02 9234 5678</p><p>Level 5, 12 George Street, Sydney, NSW, 2000</p>',
    { p: ['0292345678'], z: ['2000'], s: ['12 George Street'] },
    'https://acme.com/',
  ],
  [
    '<p>Phone: 09 373 1234<br>PO Box 1234, Auckland 1140, New Zealand</p>',
    { p: ['093731234'], z: ['1140'] },
    'https://acme.co.nz/',
  ],
  [
    '<p>Tel: +91 22 2345 6789<br>12 MG Road<br>Mumbai 400 001</p>',
    { p: ['912223456789'], z: ['400001'] },
    'https://acme.in/',
  ],
  ['<p>Tel: 022-23456789</p>', { p: ['02223456789'] }, 'https://acme.in/'],
  ['<p>Mobile: 98201 23456</p>', { p: ['9820123456'] }, 'https://acme.in/'],
  ['<p>Mobile: 9820123456</p>', { p: ['9820123456'] }, 'https://acme.in/'],
  [
    '<p>Tel: 030 1234567<br>Musterstraße 12<br>10115 Berlin</p>',
    { p: ['0301234567'], z: ['10115'], s: ['Musterstraße 12'] },
    'https://acme.de/',
  ],
  [
    '<p>Tel: +49 30 1234567<br>Musterstr. 12<br>D-10115 Berlin</p>',
    { p: ['49301234567'], z: ['10115'], s: ['Musterstr. 12'] },
    'https://acme.com/',
  ],
  [
    '<p>Tél : 01 42 68 53 00<br>12 rue de Rivoli<br>75001 Paris</p>',
    { p: ['0142685300'], z: ['75001'], s: ['12 rue de Rivoli'] },
    'https://acme.fr/',
  ],
  [
    '<p>Tel: 020 123 4567<br>Keizersgracht 12<br>1015 CJ Amsterdam</p>',
    { p: ['0201234567'], z: ['1015CJ'], s: ['Keizersgracht 12'] },
    'https://acme.nl/',
  ],
  [
    '<p>Tel: 08-123 45 67<br>Vegagatan 5<br>113 29 Stockholm</p>',
    { p: ['081234567'], z: ['11329'], s: ['Vegagatan 5'] },
    'https://acme.se/',
  ],
  [
    '<p>Tel: 6234 5678<br>10 Anson Road #12-34<br>Singapore 079903</p>',
    { p: ['62345678'], z: ['079903'], s: ['10 Anson Road'] },
    'https://acme.com.sg/',
  ],
  [
    '<p>Tel: +65 6234 5678<br>10 Anson Road #12-34<br>Singapore 079903</p>',
    { p: ['6562345678'], z: ['079903'], s: ['10 Anson Road'] },
    'https://acme.com/',
  ],
  [
    '<p>Tel: (852) 2345 6789<br>12/F Tower One, 8 Queens Road, Central, Hong Kong</p>',
    { p: ['85223456789'] },
    'https://acme.com.hk/',
  ],
  [
    '<p>Tel: 011 234 5678<br>12 Rivonia Road<br>Sandton 2196</p>',
    { p: ['0112345678'], z: ['2196'], s: ['12 Rivonia Road'] },
    'https://acme.co.za/',
  ],
  [
    '<p>Tel: 02 1234567<br>Via Roma 12<br>20121 Milano (MI)</p>',
    { p: ['021234567'], z: ['20121'], s: ['Via Roma 12'] },
    'https://acme.it/',
  ],
  [
    '<p>Tel: 91 123 45 67<br>Calle Mayor 12<br>28013 Madrid</p>',
    { p: ['911234567'], z: ['28013'], s: ['Calle Mayor 12'] },
    'https://acme.es/',
  ],
  [
    '<p>Tel. (55) 5123-4567<br>Av. Reforma 123, Col. Centro<br>06000 México, D.F.</p>',
    { p: ['5551234567'], z: ['06000'], s: ['Av. Reforma 123'] },
    'https://acme.com.mx/',
  ],
  // addresses
  ['<p>123 Main Street<br>Springfield, IL<br>62701</p>', { z: ['62701'], s: ['123 Main Street'] }],
  ['<p>123 Main Street</p><p>Springfield</p><p>IL 62701</p>', { z: ['62701'], s: ['123 Main Street'] }],
  [
    '<p>123 Main Street</p><p>Springfield,</p><p>Illinois</p><p>62701</p>',
    { z: ['62701'], s: ['123 Main Street'] },
  ],
  [
    '<table><tr><td>Acme</td><td>123 Main Street</td><td>Springfield</td><td>IL</td><td>62701</td><td>(215) 234-5678</td></tr><tr><td>Bolt</td><td>77 Oak Ave</td><td>Dover</td><td>DE</td><td>19901</td><td>(215) 234-5679</td></tr></table>',
    { z: ['62701', '19901'], s: ['123 Main Street', '77 Oak Ave'], p: ['2152345678', '2152345679'] },
  ],
  [
    '<table><tr><td>123 Main Street</td><td>Springfield</td><td>62701</td></tr><tr><td>9 Elm Rd</td><td>Dover</td><td>19901</td></tr></table>',
    { z: ['62701', '19901'], s: ['123 Main Street', '9 Elm Rd'] },
  ],
  ['<p>Address: 123 Main Street, Springfield IL, 62701</p>', { z: ['62701'], s: ['123 Main Street'] }],
  ['<p>123 Main Street, Springfield, 62701</p>', { z: ['62701'], s: ['123 Main Street'] }],
  ['<p>123 Main Street, Springfield, IL - 62701</p>', { z: ['62701'], s: ['123 Main Street'] }],
  ['<p>123 Main Street, Springfield, IL. 62701-1234 USA</p>', { z: ['62701-1234'], s: ['123 Main Street'] }],
  ['<p>123 Main Street * Springfield * IL * 62701</p>', { z: ['62701'], s: ['123 Main Street'] }],
  [
    '<p>123 Main Street ~ Springfield, IL 62701 ~ 215-234-5678</p>',
    { z: ['62701'], s: ['123 Main Street'], p: ['2152345678'] },
  ],
  ['<p>123 Main Street / Springfield, IL 62701</p>', { z: ['62701'], s: ['123 Main Street'] }],
  ['<p>123 Main Street :: Springfield, IL 62701</p>', { z: ['62701'], s: ['123 Main Street'] }],
  ['<p>123 Main Street; Springfield, IL 62701</p>', { z: ['62701'], s: ['123 Main Street'] }],
  [
    '<p>123 Main Street Springfield, IL 62701 | Tel 215-234-5678</p>',
    { z: ['62701'], s: ['123 Main Street'] },
  ],
  [
    '<p>123 Main Street</p><p>2nd Floor</p><p>Springfield, IL 62701</p>',
    { z: ['62701'], s: ['123 Main Street'] },
  ],
  [
    '<p>Suite 200</p><p>123 Main Street</p><p>Springfield, IL 62701</p>',
    { z: ['62701'], s: ['123 Main Street'] },
  ],
  ['<p>Suite 200, 123 Main Street, Springfield, IL 62701</p>', { z: ['62701'], s: ['123 Main Street'] }],
  ['<p>One Market Plaza<br>San Francisco, CA 94105</p>', { z: ['94105'], s: ['One Market Plaza'] }],
  ['<p>123 Broadway<br>New York, New York 10006</p>', { z: ['10006'], s: ['123 Broadway'] }],
  ['<p>350 Fifth Avenue, 34th Floor, New York, NY 10118</p>', { z: ['10118'], s: ['350 Fifth Avenue'] }],
  [
    '<p>1200 Avenue of the Americas<br>New York NY 10036</p>',
    { z: ['10036'], s: ['1200 Avenue of the Americas'] },
  ],
  ['<p>W5678 County Road XX<br>Elkhorn, WI 53121</p>', { z: ['53121'], s: ['W5678 County Road XX'] }],
  ['<p>28W123 Ferry Rd<br>Warrenville, IL 60555</p>', { z: ['60555'], s: ['28W123 Ferry Rd'] }],
  ['<p>1234 Highway 51 N<br>Ripley, TN 38063</p>', { z: ['38063'], s: ['1234 Highway 51 N'] }],
  ['<p>I-35 &amp; Hwy 71<br>Austin TX 78741</p>', { z: ['78741'] }],
  ['<p>Corner of Main &amp; Third<br>Austin, TX 78741</p>', { z: ['78741'] }],
  ['<p>Route 9 Box 123<br>Mytown, NJ 08234</p>', { z: ['08234'], s: ['Route 9 Box 123'] }],
  ['<p>P. O. Box 1234<br>Mytown, NJ 08234</p>', { z: ['08234'], s: ['P. O. Box 1234'] }],
  ['<p>Post Office Drawer 12<br>Mytown, NJ 08234</p>', { z: ['08234'], s: ['Post Office Drawer 12'] }],
  ['<p>123 Calle Sol<br>San Juan, PR 00901</p>', { z: ['00901'], s: ['123 Calle Sol'] }],
  ['<p>123 El Camino Real<br>Palo Alto, CA 94301</p>', { z: ['94301'], s: ['123 El Camino Real'] }],
  [
    '<p>4567 Camino Del Rio South<br>San Diego, CA 92108</p>',
    { z: ['92108'], s: ['4567 Camino Del Rio South'] },
  ],
  ['<p>4567 Via Marina<br>Marina del Rey, CA 90292</p>', { z: ['90292'], s: ['4567 Via Marina'] }],
  ['<p>123 The Alameda<br>San Jose, CA 95126</p>', { z: ['95126'], s: ['123 The Alameda'] }],
  ['<p>12 Pleasant<br>Boston MA 02110</p>', { z: ['02110'], s: ['12 Pleasant'] }],
  ['<p>100 Embarcadero, San Francisco CA 94111</p>', { z: ['94111'], s: ['100 Embarcadero'] }],
  ['<p>18 E 41st<br>New York, NY 10017</p>', { z: ['10017'], s: ['18 E 41st'] }],
  ['<p>18 East 41st St., #1500, New York, NY 10017</p>', { z: ['10017'], s: ['18 East 41st St.'] }],
  ['<p>1234 N. 1500 W.<br>Orem, UT 84057</p>', { z: ['84057'], s: ['1234 N. 1500 W.'] }],
  ['<p>45 South 200 East, Suite 3<br>Provo, Utah 84606</p>', { z: ['84606'], s: ['45 South 200 East'] }],
  ['<p>123 1/2 Main St, Springfield, IL 62701</p>', { z: ['62701'], s: ['123 1/2 Main St'] }],
  ['<p>123-125 Main St, Springfield, IL 62701</p>', { z: ['62701'], s: ['123-125 Main St'] }],
  ['<p>123A Main St, Springfield, IL 62701</p>', { z: ['62701'], s: ['123A Main St'] }],
  [
    '<p>100 King Street W.<br>Suite 5600<br>Toronto, Ontario<br>M5X 1C9</p>',
    { z: ['M5X 1C9'], s: ['100 King Street W.'] },
  ],
  ['<p>100 King Street W., Toronto Ontario Canada M5X1C9</p>', { z: ['M5X 1C9'], s: ['100 King Street W.'] }],
  [
    '<p>#200 - 1234 West 4th Ave.<br>Vancouver, B.C. V6J 1M9</p>',
    { z: ['V6J 1M9'], s: ['1234 West 4th Ave.'] },
  ],
  [
    '<p>1234, rue Sherbrooke Ouest<br>Montréal (Québec) H3A 1A1</p>',
    { z: ['H3A 1A1'], s: ['1234, rue Sherbrooke Ouest'] },
  ],
  ['<p>Vancouver, BC 123 Main St. V5V 1A1</p>', { z: ['V5V 1A1'] }],
  // lists of branches without state/zip
  [
    '<div><h3>Downtown</h3><p>123 Main Street<br>(215) 234-5678</p><h3>Uptown</h3><p>77 Oak Ave<br>(215) 234-5679</p></div>',
    { s: ['123 Main Street', '77 Oak Ave'], p: ['2152345678', '2152345679'] },
  ],
  [
    '<div><b>Downtown</b> - 123 Main Street - (215) 234-5678<br><b>Uptown</b> - 77 Oak Ave - (215) 234-5679</div>',
    { s: ['123 Main Street', '77 Oak Ave'], p: ['2152345678', '2152345679'] },
  ],
  ['<ul><li>Downtown: 123 Main Street, 234-5678</li></ul>', { s: ['123 Main Street'] }],
  [
    '<pre>123 Main Street\nSpringfield, IL 62701\n215-234-5678\n\n77 Oak Ave\nDover, DE 19901\n215-234-5679</pre>',
    { z: ['62701', '19901'], s: ['123 Main Street', '77 Oak Ave'], p: ['2152345678', '2152345679'] },
  ],
  [
    '<div style="white-space:pre-line">123 Main Street\nSpringfield, IL 62701\n215-234-5678</div>',
    { z: ['62701'], s: ['123 Main Street'] },
  ],
  [
    '<p><span>123 Main Street</span><span>Springfield</span><span>IL</span><span>62701</span></p>',
    { z: ['62701'], s: ['123 Main Street'] },
  ],
  [
    '<p><span>123 Main Street</span>, <span>Springfield</span>, <span>IL</span>, <span>62701</span></p>',
    { z: ['62701'], s: ['123 Main Street'] },
  ],
  ['<p>123 Ma<b></b>in Street<br>Springfield, IL 6<b>2701</b></p>', { z: ['62701'], s: ['123 Main Street'] }],
  ['<p>(2<b>15</b>) 23<i>4</i>-5678</p>', { p: ['2152345678'] }],
  ['<p>Main St. 123, Springfield, IL 62701</p>', { z: ['62701'] }],
  ['<p>Springfield, IL 62701<br>123 Main Street</p>', { z: ['62701'], s: ['123 Main Street'] }],
  [
    '<p>Acme Corp., 123 Main Street, Springfield, IL 62701, Phone: (215) 234-5678, Fax (215) 234-5679</p>',
    { z: ['62701'], s: ['123 Main Street'], p: ['2152345678', '2152345679'] },
  ],
  ['<p>Acme Corp. · 123 Main Street · Springfield, IL 62701</p>', { z: ['62701'], s: ['123 Main Street'] }],
  [
    '<p>Street: 123 Main Street</p><p>City: Springfield</p><p>State: IL</p><p>Zip: 62701</p>',
    { z: ['62701'], s: ['123 Main Street'] },
  ],
  [
    '<table><tr><td>Street</td><td>123 Main Street</td></tr><tr><td>City</td><td>Springfield</td></tr><tr><td>State</td><td>IL</td></tr><tr><td>Zip</td><td>62701</td></tr></table>',
    { z: ['62701'], s: ['123 Main Street'] },
  ],
  ['<p>visit us at 123 Main Street in Springfield, IL 62701</p>', { z: ['62701'], s: ['123 Main Street'] }],
  [
    '<p>We are located at 123 Main Street, Springfield, IL 62701.</p>',
    { z: ['62701'], s: ['123 Main Street'] },
  ],
  ['<p>Our shop at 123 Main St. in downtown Springfield is open daily.</p>', { s: ['123 Main St.'] }],
  [
    '<p>Unit 3 Mill Lane Industrial Estate<br>Mill Lane<br>Alton<br>Hants<br>GU34 2QG</p>',
    { z: ['GU34 2QG'], s: ['Mill Lane'] },
    'https://acme.co.uk/',
  ],
  [
    '<p>The Old Barn, Church Farm, Church Lane, Little Missenden, Bucks HP7 0RD</p>',
    { z: ['HP7 0RD'] },
    'https://acme.co.uk/',
  ],
  ['<p>45 Dawson Street<br>Dublin 2<br>Ireland</p>', { s: ['45 Dawson Street'] }, 'https://acme.ie/'],
  // UK
  [
    '<p>Acme Ltd, Unit 12 Riverside Business Park, Dock Road, Liverpool, Merseyside, L3 4AB. Tel: 0151 234 5678</p>',
    { p: ['01512345678'], z: ['L3 4AB'], s: ['Unit 12 Riverside Business Park, Dock Road'] },
    'https://acme.co.uk/',
  ],
  [
    '<p>Head Office<br>Acme House<br>15 Station Road<br>Reading<br>Berkshire<br>RG1 1AA<br>United Kingdom<br>T: +44 (0) 118 234 5678</p>',
    { p: ['4401182345678'], z: ['RG1 1AA'], s: ['15 Station Road'] },
    'https://acme.com/',
  ],
  [
    '<p>Acme House, 15 Station Road, Reading RG1 1AA | 0118 234 5678 | info@acme.co.uk</p>',
    { p: ['01182345678'], z: ['RG1 1AA'], s: ['15 Station Road'] },
    'https://acme.co.uk/',
  ],
  [
    '<footer><p>© 2014 Acme Ltd. Registered in England No. 1234567. Registered Office: 15 Station Road, Reading, RG1 1AA</p></footer>',
    { z: ['RG1 1AA'], s: ['15 Station Road'] },
    'https://acme.co.uk/',
  ],
  [
    '<p>Call us on 0800 123 4567 or 020 7123 4567</p>',
    { p: ['08001234567', '02071234567'] },
    'https://acme.co.uk/',
  ],
  [
    '<p>Tel: 01234 567890 Fax: 01234 567891 Mob: 07712 345678</p>',
    { p: ['01234567890', '01234567891', '07712345678'] },
    'https://acme.com/',
  ],
  ['<p>Freephone 0800 1234567</p>', { p: ['08001234567'] }, 'https://acme.com/'],
  [
    '<p>T 020 7946 0018</p><p>12 Foo St, London W1A 1AA</p>',
    { p: ['02079460018'], z: ['W1A 1AA'] },
    'https://acme.com/',
  ],
  [
    '<p>Our London office: 3rd Floor, 10 Fleet Street, London EC4A 2AB, UK. New York: 350 Fifth Ave, Suite 3400, New York, NY 10118</p>',
    { z: ['EC4A 2AB', '10118'], s: ['10 Fleet Street', '350 Fifth Ave'] },
    'https://acme.com/',
  ],
  [
    '<p>5-7 High St<br>Witney<br>Oxon<br>OX28 6AB</p>',
    { z: ['OX28 6AB'], s: ['5-7 High St'] },
    'https://acme.co.uk/',
  ],
  [
    '<p>Ashford Road, Ashford, Kent TN25 4AB</p>',
    { z: ['TN25 4AB'], s: ['Ashford Road'] },
    'https://acme.co.uk/',
  ],
  // IE
  [
    '<p>Unit 5, Ballymount Industrial Estate, Walkinstown, Dublin 12, Ireland. Tel: +353 1 456 7890</p>',
    { p: ['35314567890'], s: ['Unit 5, Ballymount Industrial Estate'] },
    'https://acme.ie/',
  ],
  [
    '<p>Main Street<br>Clane<br>Co. Kildare</p><p>045 123456</p>',
    { p: ['045123456'], s: ['Main Street'] },
    'https://acme.ie/',
  ],
  // AU
  [
    '<p>Acme Pty Ltd<br>Unit 3/45 Smith St<br>Collingwood VIC 3066<br>T (03) 9123 4567<br>F (03) 9123 4568<br>M 0412 345 678</p>',
    { p: ['0391234567', '0391234568', '0412345678'], z: ['3066'], s: ['45 Smith St'] },
    'https://acme.com.au/',
  ],
  [
    '<p>Shop 4, 123 Beach Road, Manly NSW 2095 Australia</p>',
    { z: ['2095'], s: ['123 Beach Road'] },
    'https://acme.com.au/',
  ],
  ['<p>PO Box 123 Fortitude Valley QLD 4006</p>', { z: ['4006'], s: ['PO Box 123'] }, 'https://acme.com.au/'],
  [
    '<p>Level 12, 100 St Georges Terrace<br>Perth, Western Australia 6000</p>',
    { z: ['6000'], s: ['100 St Georges Terrace'] },
    'https://acme.com.au/',
  ],
  [
    '<p>Freecall 1800 123 456 | +61 2 9123 4567</p>',
    { p: ['1800123456', '61291234567'] },
    'https://acme.com.au/',
  ],
  // NZ
  [
    '<p>Level 2, 45 Queen Street<br>Auckland 1010<br>New Zealand<br>Ph: +64 9 123 4567<br>0800 123 456</p>',
    { p: ['6491234567', '0800123456'], z: ['1010'], s: ['45 Queen Street'] },
    'https://acme.co.nz/',
  ],
  [
    '<p>45 Queen Street, Auckland City, Auckland 1010</p>',
    { z: ['1010'], s: ['45 Queen Street'] },
    'https://acme.co.nz/',
  ],
  // IN
  [
    '<p>Plot No. 45, MIDC Industrial Area, Andheri (East), Mumbai - 400093, Maharashtra, India. Tel: +91-22-28345678 / 79</p>',
    { p: ['912228345678'], z: ['400093'], s: ['Plot No. 45'] },
    'https://acme.in/',
  ],
  [
    '<p>#12, 4th Cross, Indiranagar<br>Bangalore 560038<br>Karnataka, India<br>Phone: 080-25201234, Mobile: +91 98450 12345</p>',
    { p: ['08025201234', '919845012345'], z: ['560038'], s: ['12, 4th Cross'] },
    'https://acme.com/',
  ],
  [
    '<p>A-45, Sector 63, Noida, Uttar Pradesh 201301</p>',
    { z: ['201301'], s: ['A-45, Sector 63'] },
    'https://acme.in/',
  ],
  [
    '<p>Regd. Office: 203 Nariman Bhavan, Nariman Point, Mumbai 400 021.</p>',
    { z: ['400021'], s: ['203 Nariman Bhavan'] },
    'https://acme.in/',
  ],
  // SG/MY/HK/PH/AE
  [
    '<p>1 Raffles Place #20-01, Tower 2, Singapore 048616. Tel: (65) 6123 4567 Fax: (65) 6123 4568</p>',
    { p: ['6561234567', '6561234568'], z: ['048616'], s: ['1 Raffles Place'] },
    'https://acme.com/',
  ],
  [
    '<p>No. 12, Jalan PJS 8/3, Bandar Sunway, 46150 Petaling Jaya, Selangor, Malaysia</p>',
    { z: ['46150'], s: ['Jalan PJS'] },
    'https://acme.com.my/',
  ],
  [
    '<p>Unit 1203, 12/F, Tower 1, Lippo Centre, 89 Queensway, Hong Kong<br>Tel: +852 2123 4567</p>',
    { p: ['85221234567'], s: ['89 Queensway'] },
    'https://acme.com/',
  ],
  [
    '<p>P.O. Box 12345, Dubai, UAE<br>Tel: +971 4 123 4567</p>',
    { p: ['97141234567'], s: ['P.O. Box 12345'] },
    'https://acme.com/',
  ],
  // EU
  [
    '<p>Acme GmbH<br>Industriestraße 7a<br>D-70565 Stuttgart<br>Germany<br>Tel. +49 (0)711 123456-0<br>Fax +49 (0)711 123456-99</p>',
    { p: ['490711123456', '4907111234569'], z: ['70565'], s: ['Industriestraße 7a'] },
    'https://acme.com/',
  ],
  ['<p>Acme GmbH, Hauptstr. 5, 80331 München</p>', { z: ['80331'], s: ['Hauptstr. 5'] }, 'https://acme.de/'],
  [
    '<p>Acme SARL · 25, avenue des Champs-Élysées · 75008 Paris · France</p>',
    { z: ['75008'], s: ['25, avenue des Champs-Élysées'] },
    'https://acme.com/',
  ],
  [
    '<p>Acme B.V.<br>Herengracht 123<br>1015 BG Amsterdam<br>The Netherlands<br>T +31 20 123 4567</p>',
    { p: ['31201234567'], z: ['1015BG'], s: ['Herengracht 123'] },
    'https://acme.com/',
  ],
  [
    '<p>Acme AB, Kungsgatan 12, 111 35 Stockholm, Sweden</p>',
    { z: ['11135'], s: ['Kungsgatan 12'] },
    'https://acme.com/',
  ],
  [
    '<p>Acme A/S<br>Vesterbrogade 12<br>DK-1620 København V<br>Denmark<br>Tel.: +45 33 12 34 56</p>',
    { p: ['4533123456'], z: ['1620'], s: ['Vesterbrogade 12'] },
    'https://acme.com/',
  ],
  [
    '<p>Bahnhofstrasse 12<br>CH-8001 Zürich</p>',
    { z: ['8001'], s: ['Bahnhofstrasse 12'] },
    'https://acme.ch/',
  ],
  [
    '<p>Mariahilfer Straße 12/3, 1060 Wien, Österreich</p>',
    { z: ['1060'], s: ['Mariahilfer Straße 12/3'] },
    'https://acme.at/',
  ],
  [
    '<p>Avenue Louise 123, 1050 Brussels, Belgium. +32 2 123 45 67</p>',
    { p: ['3221234567'], z: ['1050'], s: ['Avenue Louise 123'] },
    'https://acme.com/',
  ],
  [
    '<p>Via Montenapoleone, 8 - 20121 Milano - Italy - Tel +39 02 1234567</p>',
    { p: ['39021234567'], z: ['20121'], s: ['Via Montenapoleone'] },
    'https://acme.com/',
  ],
  [
    '<p>C/ Gran Vía 12, 3º B<br>28013 Madrid (España)</p>',
    { z: ['28013'], s: ['Gran Vía 12'] },
    'https://acme.es/',
  ],
  [
    '<p>Rua Augusta, 123<br>1100-048 Lisboa<br>Portugal</p>',
    { z: ['1100-048'], s: ['Rua Augusta'] },
    'https://acme.pt/',
  ],
  [
    '<p>ul. Marszałkowska 12<br>00-590 Warszawa<br>Poland</p>',
    { z: ['00-590'], s: ['Marszałkowska 12'] },
    'https://acme.pl/',
  ],
  // ZA
  [
    '<p>12 Long Street, Cape Town, 8001, South Africa. Tel: +27 21 123 4567</p>',
    { p: ['27211234567'], z: ['8001'], s: ['12 Long Street'] },
    'https://acme.co.za/',
  ],
  [
    '<p>Tel: 021 123 4567</p><p>12 Long Street<br>Cape Town<br>8001</p>',
    { p: ['0211234567'], z: ['8001'], s: ['12 Long Street'] },
    'https://acme.co.za/',
  ],
  // JP CN
  [
    '<p>1-2-3 Marunouchi, Chiyoda-ku, Tokyo 100-0005, Japan<br>Tel: +81-3-1234-5678</p>',
    { p: ['81312345678'], z: ['100-0005'], s: ['1-2-3 Marunouchi'] },
    'https://acme.com/',
  ],
  [
    '<p>No. 88 Century Avenue, Pudong, Shanghai 200120, China. Tel: 86-21-58881234</p>',
    { p: ['862158881234'], z: ['200120'], s: ['88 Century Avenue'] },
    'https://acme.com/',
  ],
  // US more
  [
    '<div>Visit our showroom:<br>4501 N. Lamar Blvd., Austin, Texas 78751 (near 45th)</div>',
    { z: ['78751'], s: ['4501 N. Lamar Blvd.'] },
  ],
  [
    '<p>Mailing Address: P.O. Box 5, Main Office: 12 Elm St, Dover NH 03820</p>',
    { z: ['03820'], s: ['12 Elm St'] },
  ],
  ['<p>12 Elm St. &bull; P.O. Box 5 &bull; Dover, NH 03820</p>', { z: ['03820'], s: ['12 Elm St.'] }],
  [
    '<p>Dover Office:&nbsp; 12 Elm St., Dover, NH 03820&nbsp; (603) 234-5678&nbsp;&nbsp; Concord Office: 45 Oak St., Concord, NH 03301 (603) 234-5679</p>',
    { z: ['03820', '03301'], s: ['12 Elm St.', '45 Oak St.'], p: ['6032345678', '6032345679'] },
  ],
  ['<p>12 Elm St (at Oak)<br>Dover, NH 03820</p>', { z: ['03820'], s: ['12 Elm St'] }],
  ['<p>The Acme Building<br>12 Elm St<br>Dover, NH 03820</p>', { z: ['03820'], s: ['12 Elm St'] }],
  ['<p>Oak Plaza Shopping Center<br>12 Elm St<br>Dover, NH 03820</p>', { z: ['03820'], s: ['12 Elm St'] }],
  ['<p>12 Elm St<br>Oak Plaza<br>Dover, NH 03820</p>', { z: ['03820'], s: ['12 Elm St'] }],
  ['<p>12 Elm St<br>(behind the bank)<br>Dover, NH 03820</p>', { z: ['03820'], s: ['12 Elm St'] }],
  ['<p>12 Elm St<br/><br/>Dover, NH 03820</p>', { z: ['03820'], s: ['12 Elm St'] }],
  ['<p>Acme, 12 Elm St - Dover - NH - 03820</p>', { z: ['03820'], s: ['12 Elm St'] }],
  ['<p>Dover, NH · 12 Elm Street · 603.234.5678</p>', { s: ['12 Elm Street'], p: ['6032345678'] }],
  [
    '<ul><li>Dover, 12 Elm Street, (603) 234-5678</li><li>Concord, 45 Oak Ave, (603) 234-5679</li></ul>',
    { s: ['12 Elm Street', '45 Oak Ave'] },
  ],
  [
    '<ul><li>12 Elm Street, Dover, (603) 234-5678</li><li>45 Oak Ave, Concord, (603) 234-5679</li></ul>',
    { s: ['12 Elm Street', '45 Oak Ave'] },
  ],
  ['<dl><dt>Dover</dt><dd>12 Elm Street<br>Dover NH 03820</dd></dl>', { z: ['03820'], s: ['12 Elm Street'] }],
  [
    '<p>12 Elm Street Dover NH 03820 Phone 603 234 5678</p>',
    { z: ['03820'], s: ['12 Elm Street'], p: ['6032345678'] },
  ],
  ['<p>Elm Street 12, Suite 4, Dover, NH 03820</p>', { z: ['03820'] }],
  ['<p>12 N. Main, Dover, NH 03820</p>', { z: ['03820'], s: ['12 N. Main'] }],
  ['<p>12 Main, Suite 300, Dover, NH 03820</p>', { z: ['03820'], s: ['12 Main'] }],
  ['<p>One Elm Street, Dover, NH 03820</p>', { z: ['03820'], s: ['One Elm Street'] }],
  ['<p>Pier 39, Space A-201, San Francisco, CA 94133</p>', { z: ['94133'], s: ['Pier 39'] }],
  ['<p>3 Penn Plaza<br>NY, NY 10001</p>', { z: ['10001'], s: ['3 Penn Plaza'] }],
  [
    '<p>77 West Wacker Drive, 45th Fl.<br>Chicago IL, 60601</p>',
    { z: ['60601'], s: ['77 West Wacker Drive'] },
  ],
  ['<p>123 State Hwy 23<br>Wayne, NJ 07470</p>', { z: ['07470'], s: ['123 State Hwy 23'] }],
  ['<p>US Highway 1 South<br>Edison, NJ 08817</p>', { z: ['08817'], s: ['US Highway 1 South'] }],
  ['<p>Hwy 21 & 4th St<br>Edison, NJ 08817</p>', { z: ['08817'], s: ['Hwy 21 & 4th St'] }],
  [
    '<p>8 Wood Hollow Road - Suite 201 - Parsippany, NJ 07054</p>',
    { z: ['07054'], s: ['8 Wood Hollow Road'] },
  ],
  ['<p>Springfield, Massachusetts 01103-1234</p>', { z: ['01103-1234'] }],
  ['<p>Washington, D.C. 20005</p>', { z: ['20005'] }],
  ['<p>1200 G Street, N.W., Suite 800, Washington, D.C. 20005</p>', { z: ['20005'], s: ['1200 G Street'] }],
  ['<p>1200 G Street NW<br>Washington DC 20005</p>', { z: ['20005'], s: ['1200 G Street NW'] }],
  // CA
  ['<p>Unit 5 - 1234 Kingsway Ave<br>Burnaby BC V5H 2A4</p>', { z: ['V5H 2A4'], s: ['1234 Kingsway Ave'] }],
  ['<p>4500 16th Ave NW, Calgary, Alberta, Canada, T3B 0M6</p>', { z: ['T3B 0M6'], s: ['4500 16th Ave NW'] }],
  [
    '<p>1000 de la Gauchetière Ouest, bureau 2400, Montréal QC H3B 4W5</p>',
    { z: ['H3B 4W5'], s: ['1000 de la Gauchetière Ouest'] },
  ],
  ['<p>RR#2, Stn Main, Guelph, ON, N1H 6H8</p>', { z: ['N1H 6H8'], s: ['RR#2'] }],
];

const digits = (text: string): string =>
  (/[A-Z]{3}/.test(text) ? (findPhones(text)[0]?.e164 ?? text) : text)
    .replace(/\D/g, '')
    .replace(/^1(?=\d{10}$)/, '');
const code = (text: string): string => text.replace(/\W/g, '').toUpperCase();
const words = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\d]+/gu, ' ')
    .trim();

it.each(CASES)('%s', (html, { p = [], z = [], s = [] }, url = 'https://www.acme.com/contact') => {
  const company = readPage(
    {
      url,
      html: `<html><head><title>Contact Acme</title></head><body><h1>Acme Inc</h1>${html}<p>Thanks for visiting</p></body></html>`,
      now: '2026-01-01',
      weights,
    },
    { classification: { page_type: 'company', confidence: 1, signals: [] } },
  ).companies[0];
  const places = company ? [company, ...company.locations] : [];
  const phones = [...(company?.phones ?? []), company?.fax ?? ''].filter(Boolean).map(digits);
  const codes = places.map((l) => code(l.postal_code ?? ''));
  const streets = places.map((l) => words(l.street ?? ''));
  expect(p.filter((n) => !phones.some((x) => x.startsWith(n) || x.endsWith(n) || n.endsWith(x)))).toEqual([]);
  expect(z.filter((n) => !codes.includes(code(n)))).toEqual([]);
  expect(s.filter((n) => !streets.some((x) => x.includes(words(n))))).toEqual([]);
});
