/** One record that is a member of its own. */
export const record = (
  association_code: string,
  record_id: string,
  name: string,
  rest: Record<string, unknown> = {},
) => ({
  association_code,
  record_id,
  page_url: `https://${association_code.toLowerCase()}.org/m/${record_id}`,
  page_type: 'member_profile',
  name,
  confidence: 0.9,
  fetched_at: '2026-02-27T00:00:00Z',
  country: 'US',
  ...rest,
});
