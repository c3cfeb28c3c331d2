/** Composition root of the server. */
console.log('Toride')
