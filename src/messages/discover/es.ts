/** Spanish: the tour, the game, the drawn faces. */
import type { Translation } from '../message.js';
import type { discover } from './en.js';

export default {
  tryDrawn: 'Probar con caras dibujadas',
  drawnHint:
    '¿No tiene archivos a mano? Estos dibujos se hacen en esta página. Sus cifras dicen cómo se leen los dibujos, no las personas.',
  tourOffer: '¿Primera vez aquí?',
  tourStart: 'Una visita en cuatro pasos',
  tourNo: 'No, gracias',
  tourStep: '{index} de {total}',
  'tour.source': 'Muéstrele una cara',
  'tour.source.text':
    'Cámara, foto o vídeo: elija uno, o suelte un archivo en cualquier lugar. La imagen se lee en este dispositivo y no se envía a ninguna parte.',
  'tour.sample': 'Vea antes una lectura',
  'tour.sample.text':
    'El modelo ha leído estos cuadros. Una lectura dice cómo llamaría la gente al aspecto de una cara, no lo que alguien siente.',
  'tour.tabs': 'Enséñele y póngalo a prueba',
  'tour.tabs.text':
    'Entrenar le enseña caras propias, Evaluar mide con qué frecuencia acierta, Modelos guarda lo que usted ha hecho. Todo se puede probar sin archivos.',
  'tour.status': 'Vea cómo funciona',
  'tour.status.text': 'Esta línea nombra el modelo y cuánto tarda, y dice qué sale de la página: nada.',
  back: 'Atrás',
  next: 'Siguiente',
  done: 'Listo',
  tourEnd: 'Terminar la visita',
  game: 'Ponga esta cara',
  gameMake: 'Ponga esta cara: {expression}',
  gameBest: 'Lo mejor hasta ahora: {count}',
  gameNoFace: 'No se ve ninguna cara clara',
  gameSkip: 'Saltar',
  gameEnd: 'Terminar el juego',
  gameAgain: 'Jugar otra vez',
  gameDone: '{points} de {total} puntos',
  gameCaution:
    'Un punto es una de diez personas que llamaría así al aspecto de su cara, según estima el modelo. El miedo, el asco y el desprecio son los más difíciles, también para las personas.',
  'how.neutral': 'La cara en reposo, los labios cerrados',
  'how.happiness': 'Comisuras hacia arriba, mejillas levantadas',
  'how.surprise': 'Cejas arriba, ojos muy abiertos, mandíbula caída',
  'how.sadness': 'Extremos interiores de las cejas arriba, comisuras hacia abajo',
  'how.anger': 'Cejas bajas y juntas, labios apretados',
  'how.disgust': 'Nariz arrugada, labio superior levantado',
  'how.fear': 'Cejas arriba y juntas, ojos muy abiertos, labios estirados a los lados',
  'how.contempt': 'Una comisura hacia arriba y hacia atrás',
} as const satisfies Translation<typeof discover>;
