/** VitePress' own theme in the colours of the elements. */
import Theme from 'vitepress/theme-without-fonts';
import './theme.css';

export default Theme;
