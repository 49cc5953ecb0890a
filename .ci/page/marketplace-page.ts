/**
 * The README as the Marketplace shows it. There, a link to a file of the repository leads nowhere, so it
 * becomes an address below `homepage`; images stay, they are part of the package.
 */
export function toMarketplacePage(readme: string, homepage: string): string {
  return readme.replace(
    /(!?)(\[(?:[^[\]]|\[[^\]]*\]\([^)]*\))*\])\(([^)\s]+)\)/g,
    (whole, bang: string, text: string, target: string) =>
      bang === '!' || isAbsolute(target)
        ? whole
        : `${text}(${homepage}/blob/main/${target.replace(/^\.\//, '')})`,
  );
}

const isAbsolute = (target: string): boolean => /^(?:[a-z]+:|#)/i.test(target);
