// To be imported first, and everything else with import() after it: an old Node stumbles over the rest before it can say why.
if (parseInt(process.version.slice(1), 10) < 20) {
  console.error('phone-widget needs Node 20 or newer; this is Node ' + process.version.slice(1) + '.');
  process.exit(1);
}
