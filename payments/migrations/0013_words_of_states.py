from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0012_kurdish_letters_alike'),
    ]

    operations = [
        migrations.AlterField(
            model_name='payment',
            name='state',
            field=models.CharField(choices=[('started', 'Connecting to the bank'), ('at_bank', 'Waiting for payment'), ('checking', 'Asking the bank'), ('unpaid', 'Unsuccessful'), ('review', 'Being looked into'), ('paid', 'Successful')], default='started', max_length=10, verbose_name='state'),
        ),
        migrations.AlterField(
            model_name='paymentevent',
            name='from_state',
            field=models.CharField(blank=True, choices=[('started', 'Connecting to the bank'), ('at_bank', 'Waiting for payment'), ('checking', 'Asking the bank'), ('unpaid', 'Unsuccessful'), ('review', 'Being looked into'), ('paid', 'Successful')], max_length=10, verbose_name='from'),
        ),
        migrations.AlterField(
            model_name='paymentevent',
            name='to_state',
            field=models.CharField(choices=[('started', 'Connecting to the bank'), ('at_bank', 'Waiting for payment'), ('checking', 'Asking the bank'), ('unpaid', 'Unsuccessful'), ('review', 'Being looked into'), ('paid', 'Successful')], max_length=10, verbose_name='to'),
        ),
    ]
