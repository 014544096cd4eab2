// @ts-check
// Preact and htm for the islands of a page, from the bundle that the page names.

const link = /** @type {HTMLLinkElement} */ (document.getElementById('islands'));
/** @type {typeof import('../bundles/islands.js')} */
const bundle = await import(link.href);

export const { html, render, useEffect, useRef, useState } = bundle;
