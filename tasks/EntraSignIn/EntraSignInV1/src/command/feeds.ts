/** Whether an address lies in one of the feeds, which end in a slash; a user name in it does not count. */
export function isInFeeds(address: string, feeds: readonly string[]): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== 'https:') return false;
  const plain = `${url.origin}${url.pathname}`.toLowerCase();
  return feeds.some((feed) => `${plain}/`.startsWith(feed.toLowerCase()));
}
