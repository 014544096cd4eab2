// @ts-check
// Preact and htm as one module, for the few places where a page holds rich state.
import htm from 'htm';
import { h, render } from 'preact';

export { render };
export { useEffect, useRef, useState } from 'preact/hooks';
export const html = htm.bind(h);
