// Stands for the built file of that name, so that `plain.html` runs from the sources.
import 'phone-widget/define';
export * from 'phone-widget';
