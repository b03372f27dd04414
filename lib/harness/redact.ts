/** Secrets never reach a log: known values are replaced wherever they occur, whatever the text around them. */

/** Variables whose values are secrets. Their names may be shown. */
export const SECRET_NAMES = /(_API_KEY|_TOKEN|_SECRET|_PASSWORD|_PRIVATE_KEY|^DATABASE_URL|^PGPASSWORD)$/;

/** Shorter values would blot out ordinary words. */
const MIN_LENGTH = 5;

export type Redact = (text: string) => string;

/** A function that takes every secret of this environment out of a text. */
export function redactor(env: NodeJS.ProcessEnv = process.env): Redact {
  const values = new Set<string>();
  for (const [name, value] of Object.entries(env)) {
    if (!value || !SECRET_NAMES.test(name)) continue;
    for (const secret of [value, ...passwordIn(value)]) {
      if (secret.length < MIN_LENGTH) continue;
      values.add(secret);
      values.add(encodeURIComponent(secret));
      values.add(Buffer.from(`${secret}:`).toString('base64'));
      const escaped = JSON.stringify(secret).slice(1, -1);
      values.add(escaped);
      values.add(JSON.stringify(escaped).slice(1, -1)); // JSON quoted in a JSON line
    }
  }
  const secrets = [...values].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text.replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"'<>]+:[^\s/@"'<>]+@/gi, '$1[redacted]@');
    for (const secret of secrets) if (clean.includes(secret)) clean = clean.replaceAll(secret, '[redacted]');
    return clean;
  };
}

function passwordIn(value: string): string[] {
  if (!URL.canParse(value)) return [];
  const { password } = new URL(value);
  return password ? [password, decodeURIComponent(password)] : [];
}
