/** The path below which a proxy serves Postrider, without a slash at its end; empty at a root. */
export const basePath =
  document
    .querySelector<HTMLMetaElement>('meta[name="postrider-base"]')
    ?.content.replace('__BASE__', '') ?? '';
