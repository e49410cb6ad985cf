/**
 * The toolkit puts one empty style element into the page while it loads, to try a selector. It asks
 * `<meta property="csp-nonce">` for the nonce that a strict policy wants; this module, imported before it, provides it.
 */
const nonce = document.currentScript?.nonce;
if (nonce && !document.querySelector('meta[property="csp-nonce"]')) {
  const meta = document.createElement("meta");
  meta.setAttribute("property", "csp-nonce");
  meta.setAttribute("content", nonce);
  document.head.append(meta);
}
